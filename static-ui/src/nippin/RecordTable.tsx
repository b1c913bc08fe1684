import { t } from '../base/i18n';
import type { ValidatedRecord } from './record';
import { RecordRows } from './RecordRows';
import type { TicketSubject } from './ticket';

export function RecordTable({ subject, records }: { subject: TicketSubject; records: ValidatedRecord[] }) {
  return (
    <table class="ds-table listing records" data-border>
      <caption class="ds-sr-only">{t('nippin.recordsOf', { name: subject.name })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('nippin.registration')}</th>
          <th scope="col">{t('nippin.implantDate')}</th>
          <th scope="col">{t('nippin.result')}</th>
          <th scope="col">{t('nippin.message')}</th>
          <th scope="col">{t('nippin.openSince')}</th>
          <th scope="col">{t('certificate.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <RecordRows key={record.localdwhId} subject={subject} record={record} />
        ))}
      </tbody>
    </table>
  );
}
