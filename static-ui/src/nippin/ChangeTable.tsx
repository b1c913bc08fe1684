import { formatDate, plural, t } from '../base/i18n';
import { CellLabel } from '../base/listing';
import { Link, withQuery } from '../base/router';
import { drawings, type Look, Tag } from '../base/tag';
import { registryPath } from './paths';
import { nightsOpen, type Registration } from './record';
import { ImplantDate, RegistrationName } from './RecordRows';
import { nightBefore, type Registry } from './registry';
import { looks, type Result } from './result';

export interface Change extends Registration {
  registry: string;
  name: string;
  change: 'solved' | 'broken';
  /** Null: it was not there the night before. */
  previousResult: Result | null;
  result: Result;
  /** Of one that is solved: since when it had been open. */
  openSince: string | null;
}

const kinds: Record<Change['change'], Look> = {
  solved: { word: 'nippin.solved', color: 'success', drawing: drawings.tick },
  broken: { word: 'nippin.broken', color: 'warning', drawing: drawings.warning },
};

interface ChangeTableProps {
  organizationId: string;
  changes: Change[];
  registries: Registry[];
  previousNight: string | null;
}

export function ChangeTable({ organizationId, changes, registries, previousNight }: ChangeTableProps) {
  return (
    <table class="ds-table listing changes" data-border>
      <caption class="ds-sr-only">{t('nippin.changesList')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('nippin.registration')}</th>
          <th scope="col">{t('nippin.registry')}</th>
          <th scope="col">{t('nippin.implantDate')}</th>
          <th scope="col">{t('nippin.change')}</th>
          <th scope="col">{t('nippin.howLong')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={`${change.registry} ${change.localdwhId}`} data-testid="change" data-change={change.change}>
            <th scope="row">
              <RegistrationName registration={change} />
            </th>
            <td>
              <CellLabel>{t('nippin.registry')}</CellLabel>
              <Link
                class="ds-link"
                to={withQuery(registryPath(organizationId, change.registry), { search: change.registrationCode || String(change.localdwhId) })}
              >
                {change.name}
                <span class="ds-sr-only"> {change.registrationCode || t('nippin.localdwhId', { id: String(change.localdwhId) })}</span>
              </Link>
            </td>
            <td class="number">
              <CellLabel>{t('nippin.implantDate')}</CellLabel>
              <ImplantDate registration={change} />
            </td>
            <td>
              <Tag look={kinds[change.change]} />
              <span class="cell-note">{resultsInWords(change)}</span>
            </td>
            <td>
              <CellLabel>{t('nippin.howLong')}</CellLabel>
              <HowLong change={change} until={lastOpenNight(change, registries, previousNight)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function resultsInWords({ previousResult, result }: Change): string {
  const now = t(looks[result].word);
  return previousResult === null
    ? t('nippin.newRegistration', { result: now })
    : t('nippin.fromTo', { from: t(looks[previousResult].word), to: now });
}

function HowLong({ change: { change, openSince }, until }: { change: Change; until: string | null }) {
  if (change === 'broken') {
    return <>{t('nippin.sinceThisNight')}</>;
  }
  if (openSince === null || until === null) {
    return <span class="subtle">–</span>;
  }
  return (
    <>
      <span class="number">{plural(nightsOpen(openSince, until), { one: 'nippin.nights_one', other: 'nippin.nights_other' })}</span>
      <span class="subtle cell-note number">{t('nippin.since', { date: formatDate(openSince) })}</span>
    </>
  );
}

/** The night a registration was open for the last time: each registry has its own. */
function lastOpenNight({ registry }: Change, registries: Registry[], previousNight: string | null): string | null {
  const known = registries.find((one) => one.registry === registry);
  return (known && nightBefore(known)) ?? previousNight;
}
