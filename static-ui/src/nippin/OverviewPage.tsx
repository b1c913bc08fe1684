import { useRef } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { Time } from '../base/facts';
import { plural, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { Page } from '../base/page';
import { Link } from '../base/router';
import { ExportList } from '../exports/ExportList';
import { useExports } from '../exports/useExports';
import { may } from '../session/permissions';
import { Answer } from './Answer';
import { changesInWords } from './changes';
import type { InNippin } from './inNippin';
import { NoRegistrations } from './NoRegistrations';
import { NotChecked } from './NotChecked';
import { changesPath } from './paths';
import { hasRegistrations, isUnderWay, needsAttention, type Registry } from './registry';
import { RegistryCard } from './RegistryCard';
import { RegistryRows } from './RegistryRows';
import { type Counts, results, totalOf } from './result';

/** The reimbursed registries of an organisation: what the last night says of each. */
export function OverviewPage({ session, organization, registries, news, trail }: InNippin) {
  const { id: organizationId, title, nihdi } = organization;
  const exports = useExports(organizationId, 'nippin');
  const { act, refused } = useAct();
  const { items, problem, reload, check } = registries;
  // They are asked for with a registry: here they are shown only to be fetched, and remain when the last one is deleted.
  const showExports = useRef(false);
  showExports.current ||= (exports.items?.length ?? 0) > 0;

  return (
    <Page
      title={t('nippin.title')}
      news={news}
      trail={trail}
      lead={
        <>
          <strong>{title}</strong> · <span class="number">{t('organization.nihdiNumber', { nihdi })}</span>
          <p>{t('nippin.lead')}</p>
        </>
      }
    >
      <Refused problem={refused} />
      {problem && items && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('certificate.notUpToDate', { reason: problem.sentence })}</p>
        </div>
      )}
      {!items ? (
        problem ? (
          <ProblemNotice problem={problem} again={reload} />
        ) : (
          <Loading />
        )
      ) : (
        <>
          <LastNight registries={items} />
          <p class="actions">
            {may('RunNippin', session, organizationId) && (
              <button type="button" class="ds-button" onClick={() => act(() => check())}>
                {t('nippin.check')}
              </button>
            )}
            <Link class="ds-button" data-variant="secondary" to={changesPath(organizationId)}>
              {t('nippin.changesTitle')}
            </Link>
          </p>
          <Groups organizationId={organizationId} registries={items} />
        </>
      )}
      {showExports.current && (
        <ExportList organizationId={organizationId} exports={exports} none={t('nippin.noExports')} />
      )}
    </Page>
  );
}

function LastNight({ registries }: { registries: Registry[] }) {
  const checked = registries.filter(({ night }) => night !== null);
  if (checked.length === 0) {
    return <NotChecked underWay={registries.some(isUnderWay)} />;
  }
  const counts = sumOf(checked);
  const failed = registries.filter(({ state }) => state === 'failed').length;
  const newest = checked.map(({ lastNight }) => lastNight ?? '').sort().at(-1);
  const compared = checked.filter(({ solved, broken }) => solved !== null && broken !== null);
  const changes = compared.length === 0 ? null : changesInWords(sum(compared.map(({ solved }) => solved!)), sum(compared.map(({ broken }) => broken!)));
  const about = (
    <>
      {failed > 0 && <p>{plural(failed, { one: 'nippin.checksFailed_one', other: 'nippin.checksFailed_other' })}</p>}
      {newest && (
        <p class="number">
          {t('nippin.newestCheck')} <Time iso={newest} />
        </p>
      )}
    </>
  );
  return totalOf(counts) === 0 ? (
    <NoRegistrations>{about}</NoRegistrations>
  ) : (
    <Answer counts={counts} unsure={failed > 0}>
      {changes && <p>{changes}</p>}
      {about}
    </Answer>
  );
}

/** What has to be looked at comes first, what has nothing to show comes last. */
function Groups({ organizationId, registries }: { organizationId: string; registries: Registry[] }) {
  const attention = registries.filter(needsAttention);
  const inOrder = registries.filter((one) => !needsAttention(one) && hasRegistrations(one));
  const empty = registries.filter((one) => !needsAttention(one) && !hasRegistrations(one));
  return (
    <>
      {attention.length > 0 && <Cards id="attention" title={t('nippin.attentionTitle')} organizationId={organizationId} registries={attention} />}
      {inOrder.length > 0 && <Cards id="in-order" title={t('nippin.inOrderTitle')} organizationId={organizationId} registries={inOrder} />}
      {empty.length > 0 && (
        <section class="stack" aria-labelledby="empty">
          <h2 class="ds-heading" data-size="sm" id="empty">
            {registries.every(({ night }) => night === null) ? t('nippin.registries') : t('nippin.emptyTitle')}
          </h2>
          <RegistryRows organizationId={organizationId} registries={empty} />
        </section>
      )}
    </>
  );
}

function Cards({ id, title, organizationId, registries }: { id: string; title: string; organizationId: string; registries: Registry[] }) {
  return (
    <section class="stack" aria-labelledby={id}>
      <h2 class="ds-heading" data-size="sm" id={id}>
        {title}
      </h2>
      <ul class="exports" role="list">
        {registries.map((registry) => (
          <li key={registry.registry}>
            <RegistryCard organizationId={organizationId} registry={registry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

const sumOf = (registries: Registry[]) =>
  Object.fromEntries(results.map((result) => [result, sum(registries.map(({ counts }) => counts[result]))])) as Counts;
