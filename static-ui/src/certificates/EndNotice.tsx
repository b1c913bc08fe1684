import { formatDate, t } from '../base/i18n';
import type { Certificate } from './certificate';
import { noticeInWords } from './state';

/** Says that a certificate nears its end, and what can still be done about it. */
export function EndNotice({ certificate, organization }: { certificate: Certificate; organization: string }) {
  const sentence = noticeInWords(certificate, organization);
  const { renewal, notAfter } = certificate;
  if (sentence === '' && renewal !== 'open') {
    return null;
  }
  return (
    <div class="ds-alert" data-color={renewal === 'over' ? 'danger' : 'warning'} data-testid="end-notice">
      <h3 class="ds-heading" data-size="2xs">
        {renewal === 'over' ? t('certificate.overTitle') : t('certificate.openTitle')}
      </h3>
      <p>
        {sentence} {renewal === 'over' ? t('certificate.overText') : t('certificate.openText', { date: notAfter === null ? '' : formatDate(notAfter) })}
      </p>
    </div>
  );
}
