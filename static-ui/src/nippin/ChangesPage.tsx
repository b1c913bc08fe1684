import { useEffect, useRef } from 'preact/hooks';
import { Refused } from '../base/act';
import type { List } from '../base/api';
import { SelectField } from '../base/fields';
import { formatDate, formatNumber, plural, t } from '../base/i18n';
import { BegunAgain, More, useListing } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';
import { Page } from '../base/page';
import { useQuery } from '../base/router';
import { type Change, ChangeTable } from './ChangeTable';
import { Choice } from './Choice';
import type { InNippin } from './inNippin';
import { changesApi } from './registry';
import { useFound } from './useFound';

interface ChangesList extends List<Change> {
  solved: number;
  broken: number;
  night: string | null;
  previousNight: string | null;
}

/** What has changed since the night before: which registrations were solved, and which are newly open. */
export function ChangesPage({ organization, registries, news, trail }: InNippin) {
  const { id: organizationId, title, nihdi } = organization;
  const [query, ask] = useQuery('registry', 'change');
  const asked = { registry: query.registry, change: query.change === 'solved' || query.change === 'broken' ? query.change : '' };
  const list = useListing<Change, ChangesList>(changesApi(organizationId), asked);
  const found = list.value;

  useFound(Object.values(asked).join('\n'), found, () =>
    plural(found!.items.length, { one: 'nippin.changesFound_one', other: 'nippin.changesFound_other' }),
  );

  // Another check that has come to its end may have changed something more.
  const newest = registries.items?.map(({ lastNight }) => lastNight ?? '').sort().at(-1);
  const seen = useRef(newest);
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== newest) {
      void list.again();
    }
    seen.current = newest;
  }, [newest]);

  return (
    <Page
      title={t('nippin.changesTitle')}
      news={news}
      trail={trail}
      lead={
        <>
          <strong>{title}</strong> · <span class="number">{t('organization.nihdiNumber', { nihdi })}</span>
          {found && found.night !== null && found.previousNight !== null && (
            <p>{t('nippin.compared', { night: formatDate(found.night), before: formatDate(found.previousNight) })}</p>
          )}
        </>
      }
    >
      <section class="stack" aria-labelledby="changes-title">
        <h2 class="ds-sr-only" id="changes-title" tabIndex={-1} ref={list.heading}>
          {t('nippin.changesList')}
        </h2>
        <div class="filters">
          <SelectField
            id="registry"
            label={t('nippin.registry')}
            value={asked.registry}
            onChange={(registry) => ask({ registry })}
            errors={list.problem?.errors}
            prompt={t('nippin.everyRegistry')}
            choices={(registries.items ?? []).map(({ registry, name }) => ({ value: registry, label: name }))}
          />
        </div>
        {found && (
          <div class="choices" role="group" aria-label={t('nippin.changeFilter')}>
            <Choice chosen={asked.change === ''} onChoose={() => ask({ change: '' })}>
              {t('nippin.allChanges')} <span class="number">{formatNumber(found.solved + found.broken)}</span>
            </Choice>
            <Choice chosen={asked.change === 'solved'} onChoose={() => ask({ change: 'solved' })}>
              {t('nippin.solved')} <span class="number">{formatNumber(found.solved)}</span>
            </Choice>
            <Choice chosen={asked.change === 'broken'} onChoose={() => ask({ change: 'broken' })}>
              {t('nippin.broken')} <span class="number">{formatNumber(found.broken)}</span>
            </Choice>
          </div>
        )}
        <BegunAgain listing={list} />
        {list.problem && Object.keys(list.problem.errors).length > 0 ? (
          // Somebody follows an old link to a registry that is not known any more: the field says so.
          <Refused problem={list.problem} />
        ) : list.problem ? (
          <ProblemNotice problem={list.problem} again={list.again} />
        ) : !found ? (
          <Loading />
        ) : found.items.length > 0 ? (
          <ChangeTable organizationId={organizationId} changes={found.items} registries={registries.items ?? []} previousNight={found.previousNight} />
        ) : (
          <div class="ds-card empty stack">
            <h3 class="ds-heading" data-size="xs">
              {found.previousNight === null ? t('nippin.noNightBeforeTitle') : t('nippin.nothingChanged')}
            </h3>
            <p>{found.previousNight === null ? t('nippin.noNightBeforeText') : t('nippin.nothingChangedText')}</p>
          </div>
        )}
        {!list.problem && <More listing={list} />}
      </section>
    </Page>
  );
}
