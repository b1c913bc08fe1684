import { Fact, Time } from '../facts';
import { t } from '../i18n';
import { senderInWords, type ValidatedRecord } from './record';

/** What is known of a registration and of its message, and the text of a ticket about them where one is needed. */
export function RecordDetails({ record: { createdOn, message }, ticket }: { record: ValidatedRecord; ticket: string | null }) {
  return (
    <div class="stack">
      <dl class="facts details">
        <Fact name={t('nippin.created')}>
          <Time iso={createdOn} />
        </Fact>
        {message && (
          <>
            <Fact name={t('nippin.messageId')}>
              <code class="break">{message.id}</code>
            </Fact>
            <Fact name={t('nippin.messageStatus')}>
              <code class="break">{message.status}</code>
            </Fact>
            {message.createdOn && (
              <Fact name={t('nippin.messageCreated')}>
                <Time iso={message.createdOn} />
              </Fact>
            )}
            <Fact name={t('nippin.interface')}>{senderInWords(message)}</Fact>
            <Fact name={t('nippin.tackResult')}>{message.tackResultMajor ? <code class="break">{message.tackResultMajor}</code> : t('nippin.none')}</Fact>
            <Fact name={t('nippin.tackReference')}>{message.tackReference ? <code class="break">{message.tackReference}</code> : t('nippin.none')}</Fact>
          </>
        )}
      </dl>
      {message?.validation && (
        <div class="stack details__text">
          <h3 class="ds-heading" data-size="2xs">
            {t('nippin.validation')}
          </h3>
          <p class="break validation">{message.validation}</p>
        </div>
      )}
      {ticket !== null && (
        <div class="stack details__text">
          <h3 class="ds-heading" data-size="2xs">
            {t('nippin.ticket')}
          </h3>
          <pre class="fix__command">{ticket}</pre>
        </div>
      )}
    </div>
  );
}
