import { Time } from '../base/facts';
import { formatNumber, type Key, t } from '../base/i18n';
import { CellLabel, More, useListing } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';

interface Revision {
  number: number;
  title: string;
  nihdi: string;
  log: string | null;
  /** Empty when the portal itself found the organisation in HD4DP. */
  by: string;
  at: string;
  changes: { field: string; from: string | null; to: string }[];
}

const fieldNames: Record<string, Key> = { title: 'organizationForm.title', nihdi: 'organizationForm.nihdi' };

export function Revisions({ organizationId }: { organizationId: string }) {
  const list = useListing<Revision>(`/organizations/${organizationId}/revisions`, {});
  if (list.problem) {
    return <ProblemNotice problem={list.problem} again={list.again} />;
  }
  if (!list.items) {
    return <Loading />;
  }
  if (list.items.length === 0) {
    return <p class="subtle">{t('revisions.none')}</p>;
  }
  return (
    <div class="stack">
      <table class="ds-table listing" data-border>
        <caption class="ds-sr-only">{t('revisions.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('revisions.number')}</th>
            <th scope="col">{t('revisions.changes')}</th>
            <th scope="col">{t('revisions.by')}</th>
            <th scope="col">{t('revisions.at')}</th>
            <th scope="col">{t('revisions.message')}</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((revision) => (
            <tr key={revision.number}>
              <th scope="row" class="number">
                <CellLabel>{t('revisions.number')}</CellLabel>
                {formatNumber(revision.number)}
              </th>
              <td>
                <Changes revision={revision} />
              </td>
              <td class="break">
                <CellLabel>{t('revisions.by')}</CellLabel>
                {revision.by === '' ? t('revisions.byPortal') : revision.by}
              </td>
              <td class="number">
                <CellLabel>{t('revisions.at')}</CellLabel>
                <Time iso={revision.at} />
              </td>
              <td>
                <CellLabel>{t('revisions.message')}</CellLabel>
                {revision.log || <span class="subtle">{t('revisions.noMessage')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More listing={list} />
    </div>
  );
}

function Changes({ revision }: { revision: Revision }) {
  if (revision.number === 1) {
    return <p>{t('revisions.first', { title: revision.title, nihdi: revision.nihdi })}</p>;
  }
  if (revision.changes.length === 0) {
    return <p class="subtle">{t('revisions.noChange')}</p>;
  }
  return (
    <ul class="plain" role="list">
      {revision.changes.map(({ field, from, to }) => {
        const name = fieldNames[field] ? t(fieldNames[field]) : field;
        return <li key={field}>{from ? t('revisions.change', { field: name, from, to }) : t('revisions.set', { field: name, to })}</li>;
      })}
    </ul>
  );
}
