import { Fact, Time } from '../base/facts';
import { t } from '../base/i18n';
import { ForServiceDesk } from './ForServiceDesk';
import { senderInWords, type ValidatedRecord } from './record';

/** What is known of a registration and of its message, and the text of a ticket about them where one is needed. */
export function RecordDetails({ record: { createdOn, message }, ticket }: { record: ValidatedRecord; ticket: string | null }) {
  return (
    <div class="stack">
      <dl class="facts details">
        {createdOn && (
          <Fact name={t('nippin.created')}>
            <Time iso={createdOn} />
          </Fact>
        )}
        {message && (
          <>
            <Code name={t('nippin.messageId')} value={message.id} />
            <Code name={t('nippin.messageStatus')} value={message.status} />
            {message.createdOn && (
              <Fact name={t('nippin.messageCreated')}>
                <Time iso={message.createdOn} />
              </Fact>
            )}
            {message.interfaceType && <Fact name={t('nippin.interface')}>{senderInWords(message.interfaceType)}</Fact>}
            <Code name={t('nippin.tackResult')} value={message.tackResultMajor} />
            <Code name={t('nippin.tackReference')} value={message.tackReference} />
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
          <ForServiceDesk />
          <pre class="fix__command">{ticket}</pre>
        </div>
      )}
    </div>
  );
}

function Code({ name, value }: { name: string; value: string | null }) {
  return <Fact name={name}>{value ? <code class="break">{value}</code> : t('nippin.none')}</Fact>;
}
