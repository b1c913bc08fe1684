import { Refused, useAct } from '../base/act';
import { Fact, Time } from '../base/facts';
import { formatNumber, plural, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { NotFound, Page } from '../base/page';
import { Link, withQuery } from '../base/router';
import { Warnings } from '../base/warnings';
import { may } from '../session/permissions';
import { Answer } from './Answer';
import { changesInWords } from './changes';
import { CheckState } from './CheckState';
import type { InNippin } from './inNippin';
import { NoRegistrations } from './NoRegistrations';
import { NotChecked } from './NotChecked';
import { changesPath } from './paths';
import { Records } from './Records';
import { hasRegistrations, isUnderWay, type Registry } from './registry';
import { StateTag } from './StateTag';

/** One registry: how it stands, its registrations, and their export. */
export function RegistryPage({ session, organization, registries, news, trail, registry: code }: InNippin & { registry: string }) {
  const { id: organizationId, title, nihdi } = organization;
  const { act, refused } = useAct();
  const { items, problem, reload, check } = registries;
  const registry = items?.find((one) => one.registry === code);

  if (items && !registry) {
    return <NotFound />;
  }
  return (
    <Page
      title={registry?.name ?? code}
      news={news}
      trail={trail}
      lead={
        <>
          <strong>{title}</strong> · <span class="number">{t('organization.nihdiNumber', { nihdi })}</span> · <span class="break">{code}</span>
        </>
      }
    >
      <Refused problem={refused} />
      {problem && registry && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('certificate.notUpToDate', { reason: problem.sentence })}</p>
        </div>
      )}
      {!registry ? (
        problem ? (
          <ProblemNotice problem={problem} again={reload} />
        ) : (
          <Loading />
        )
      ) : (
        <>
          <Standing registry={registry} />
          <p class="actions">
            {may('RunNippin', session, organizationId) && (
              <button type="button" class="ds-button" data-variant="secondary" onClick={() => act(() => check(code))}>
                {t('nippin.check')}
              </button>
            )}
            <Link class="ds-button" data-variant="secondary" to={withQuery(changesPath(organizationId), { registry: code })}>
              {t('nippin.changesTitle')}
            </Link>
          </p>
          {registry.night !== null && <Records organization={organization} registry={registry} />}
        </>
      )}
    </Page>
  );
}

function Standing({ registry }: { registry: Registry }) {
  const { state, night, lastNight, newestRegistration, seconds, foreign, warnings, counts, solved, broken } = registry;
  const changes = changesInWords(solved, broken);
  return (
    <>
      {hasRegistrations(registry) ? (
        <Answer counts={counts} unsure={state === 'failed'}>
          {changes && <p>{changes}</p>}
        </Answer>
      ) : night !== null ? (
        <NoRegistrations />
      ) : (
        state !== 'failed' && <NotChecked underWay={isUnderWay(registry)} />
      )}
      {(isUnderWay(registry) || state === 'failed') && (
        <div class="standing">
          <StateTag registry={registry} />
          <CheckState registry={registry} />
        </div>
      )}
      {lastNight && (
        <dl class="facts facts--row">
          <Fact name={t('nippin.lastNight')}>
            <Time iso={lastNight} />
          </Fact>
          {newestRegistration && (
            <Fact name={t('nippin.newestRegistration')}>
              <Time iso={newestRegistration} />
            </Fact>
          )}
          {seconds !== null && <Fact name={t('nippin.duration')}>{t('nippin.seconds', { seconds: formatNumber(Math.max(1, Math.round(seconds))) })}</Fact>}
        </dl>
      )}
      <Warnings sentences={warnings} />
      {foreign > 0 && (
        <div class="ds-alert" data-color="info" data-testid="foreign">
          <p>{plural(foreign, { one: 'nippin.foreign_one', other: 'nippin.foreign_other' })}</p>
        </div>
      )}
    </>
  );
}
