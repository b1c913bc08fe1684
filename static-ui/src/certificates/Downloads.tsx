import { t } from '../base/i18n';
import { calendarAddress, type Certificate, type Details, publicAddress } from './certificate';

interface DownloadsProps {
  organizationId: string;
  certificate: Certificate;
  details: Details;
}

/** What may leave the portal: never a private key. */
export function Downloads({ organizationId, certificate, details }: DownloadsProps) {
  const { id, notAfter } = certificate;
  const kinds = [
    { kind: 'authentication', name: t('contents.authentication'), shown: details.authentication !== null },
    { kind: 'encryption', name: t('contents.encryption'), shown: details.encryption !== null },
  ] as const;
  const formats = [
    { format: 'pem', name: t('download.pem') },
    { format: 'der', name: t('download.der') },
    { format: 'chain', name: t('download.chain') },
  ] as const;
  return (
    <section class="stack" aria-labelledby="download-title">
      <h3 class="ds-heading" data-size="xs" id="download-title">
        {t('download.title')}
      </h3>
      <p class="subtle">{t('download.text')}</p>
      <ul class="rows" role="list">
        {kinds
          .filter(({ shown }) => shown)
          .map(({ kind, name }) => (
            <li key={kind} class="rows__row">
              <span class="rows__name">{name}</span>
              <span class="actions">
                {formats.map((format) => (
                  <a key={format.format} class="ds-link" href={publicAddress(organizationId, id, kind, format.format)} download="">
                    {format.name} <span class="ds-sr-only">{name}</span>
                  </a>
                ))}
              </span>
            </li>
          ))}
        {notAfter !== null && (
          <li class="rows__row">
            <span class="rows__name">{t('download.calendarName')}</span>
            <a class="ds-link" href={calendarAddress(organizationId, id)} download="">
              {t('download.calendar')}
            </a>
          </li>
        )}
      </ul>
    </section>
  );
}
