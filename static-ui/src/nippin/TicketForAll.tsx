import { useState } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { plural, t } from '../base/i18n';
import { ForServiceDesk } from './ForServiceDesk';
import type { ValidatedRecord } from './record';
import { isForTicket, type TicketSubject, ticketText } from './ticket';

/** One ticket about all the registrations that are listed and open. */
export function TicketForAll({ subject, records }: { subject: TicketSubject; records: ValidatedRecord[] }) {
  const [shown, show] = useState(false);
  const open = records.filter(isForTicket);
  if (open.length === 0) {
    return null;
  }
  const text = ticketText(subject, open);
  return (
    <div class="stack">
      <CopyButton
        // What has been copied is no longer what is listed.
        key={text}
        text={text}
        label={plural(open.length, { one: 'nippin.copyAll_one', other: 'nippin.copyAll_other' })}
        onFailed={() => show(true)}
      />
      <ForServiceDesk />
      {shown && (
        <>
          <h3 class="ds-heading" data-size="2xs">
            {t('nippin.ticket')}
          </h3>
          <pre class="fix__command">{text}</pre>
        </>
      )}
    </div>
  );
}
