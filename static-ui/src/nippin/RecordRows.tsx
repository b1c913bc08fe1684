import { useState } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { Day } from '../base/facts';
import { formatDate, plural, t } from '../base/i18n';
import { CellLabel } from '../base/listing';
import { nameOf, nightsOpen, type Registration, statusInWords, type ValidatedRecord } from './record';
import { RecordDetails } from './RecordDetails';
import { ResultTag } from './result';
import { isForTicket, type TicketSubject, ticketText } from './ticket';

// The details of a registration go across all the columns of the table.
const columns = 6;

/** A registration and, across the row beneath it, its details when somebody asks for them. */
export function RecordRows({ subject, record }: { subject: TicketSubject; record: ValidatedRecord }) {
  const [open, setOpen] = useState(false);
  const { localdwhId, result, openSince, message } = record;
  const details = `record-${localdwhId}`;
  const ticket = isForTicket(record) ? ticketText(subject, [record]) : null;
  return (
    <>
      <tr class={open ? 'record record--open' : 'record'} data-testid="record" data-result={result}>
        <th scope="row">
          <RegistrationName registration={record} />
        </th>
        <td class="number">
          <CellLabel>{t('nippin.implantDate')}</CellLabel>
          <ImplantDate registration={record} />
        </td>
        <td>
          <ResultTag result={result} />
        </td>
        <td>
          <CellLabel>{t('nippin.message')}</CellLabel>
          {statusInWords(record)}
          {message?.status && <span class="subtle cell-note">{message.status}</span>}
        </td>
        <td class={openSince === null ? 'cell-none' : 'number'}>
          <CellLabel>{t('nippin.openSince')}</CellLabel>
          {openSince === null ? (
            <span class="subtle">–</span>
          ) : (
            <>
              <Day iso={openSince} />
              <span class="subtle cell-note">
                {plural(nightsOpen(openSince, subject.night), { one: 'nippin.nights_one', other: 'nippin.nights_other' })}
              </span>
            </>
          )}
        </td>
        <td>
          <div class="row-actions record__actions">
            <button
              type="button"
              class="ds-button"
              data-size="sm"
              data-variant="secondary"
              aria-expanded={open}
              aria-controls={open ? details : undefined}
              onClick={() => setOpen(!open)}
            >
              {t('certificate.details')} <span class="ds-sr-only">{nameOf(record)}</span>
            </button>
            {ticket !== null && (
              // Where the browser gives no clipboard, the text is there to be copied by hand.
              <CopyButton text={ticket} label={t('nippin.copyTicket')} onFailed={() => setOpen(true)}>
                {nameOf(record)}
              </CopyButton>
            )}
          </div>
        </td>
      </tr>
      {open && (
        <tr class="record__details" id={details}>
          <td colSpan={columns}>
            <RecordDetails record={record} ticket={ticket} />
          </td>
        </tr>
      )}
    </>
  );
}

/** What a registration is known by. */
export function RegistrationName({ registration: { registrationCode, localdwhId } }: { registration: Registration }) {
  const id = t('nippin.localdwhId', { id: String(localdwhId) });
  return registrationCode ? (
    <>
      <span class="number">{registrationCode}</span>
      <span class="subtle cell-note number">{id}</span>
    </>
  ) : (
    <>
      <span class="number">{id}</span>
      <span class="subtle cell-note">{t('nippin.noCode')}</span>
    </>
  );
}

export function ImplantDate({ registration: { implantDate, day } }: { registration: Registration }) {
  return implantDate === null ? (
    <>
      {t('nippin.noImplantDate')}
      <span class="subtle cell-note">{t('nippin.createdOn', { date: formatDate(day) })}</span>
    </>
  ) : (
    <Day iso={implantDate} />
  );
}
