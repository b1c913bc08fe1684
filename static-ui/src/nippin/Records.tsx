import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from '../base/act';
import { announce } from '../base/announcer';
import { SearchField } from '../base/fields';
import { ErrorSummary, useForm } from '../base/form';
import { plural, t } from '../base/i18n';
import { BegunAgain, More, useListing } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';
import { type Profile, requestExport } from '../exports/export';
import { ExportList } from '../exports/ExportList';
import { useExports } from '../exports/useExports';
import type { Membership } from '../session/membership';
import { ExportResult } from './ExportResult';
import { isSamePeriod, missingDays, wrongOrder } from './period';
import { PeriodFields } from './PeriodFields';
import type { RecordPage, ValidatedRecord } from './record';
import { RecordTable } from './RecordTable';
import { recordsApi, type Registry } from './registry';
import { totalOf } from './result';
import { ResultFilter } from './ResultFilter';
import { TicketForAll } from './TicketForAll';
import { useFilters } from './useFilters';
import { useFound } from './useFound';

/** The registrations of a registry as the newest good night saw them, and the file of a period. */
export function Records({ organization, registry }: { organization: Membership; registry: Registry }) {
  const { id: organizationId } = organization;
  const { asked, typed, errors, type, choosePeriod, chooseResult } = useFilters();
  const list = useListing<ValidatedRecord, RecordPage>(recordsApi(organizationId, registry.registry), asked);
  const exports = useExports(organizationId, 'nippin');
  const [profile, setProfile] = useState<Profile>('hd4dp');
  const [requested, setRequested] = useState(false);
  // What the form said was wrong is said no longer once the days are others.
  const tried = useRef(typed);

  const form = useForm(
    () => {
      tried.current = typed;
      setRequested(false);
      return { ...missingDays(typed), ...wrongOrder(typed) };
    },
    async () => {
      const { start, end } = typed;
      exports.add(await requestExport(organizationId, { kind: 'nippin', registry: registry.registry, start, end, profile }));
      setRequested(true);
      announce(t('nippin.exportRequested'));
    },
  );
  const answered = isSamePeriod(tried.current, typed) ? form : { ...form, errors: {}, sentence: '' };
  const fieldErrors = { ...list.problem?.errors, ...errors, ...answered.errors };

  // A check that has just come to its end has left other records.
  const seen = useRef(registry.lastNight);
  useEffect(() => {
    if (seen.current !== registry.lastNight) {
      seen.current = registry.lastNight;
      void list.again();
    }
  }, [registry.lastNight]);

  const found = list.value;
  useFound(Object.values(asked).join('\n'), found, () => howMany(found!));

  const isEmpty = found !== undefined && totalOf(found.counts) === 0 && isSamePeriod(asked, typed);
  return (
    <>
      <ErrorSummary form={answered} fields={['start', 'end', 'profile']} />
      <div class="ds-card choose">
        <PeriodFields period={typed} onType={type} onChoose={choosePeriod} errors={fieldErrors} />
        <ExportResult
          form={answered}
          profile={profile}
          onProfile={setProfile}
          isEmpty={isEmpty}
          requested={requested && isSamePeriod(tried.current, typed)}
        />
      </div>
      <section class="stack" aria-labelledby="records-title">
        <h2 class="ds-heading" data-size="sm" id="records-title" tabIndex={-1} ref={list.heading}>
          {t('nippin.registrations')}
        </h2>
        <BegunAgain listing={list} />
        {found && <ResultFilter counts={found.counts} chosen={asked.result} onChoose={chooseResult} />}
        <div class="filters">
          <SearchField id="search" label={t('nippin.search')} value={typed.search} onChange={(search) => type({ search })} errors={list.problem?.errors} />
        </div>
        {list.problem && Object.keys(list.problem.errors).length > 0 ? (
          // To ask for the same once more would not help: one of the fields says what is wrong.
          <Refused problem={list.problem} />
        ) : list.problem ? (
          <ProblemNotice problem={list.problem} again={list.again} />
        ) : !found ? (
          <Loading />
        ) : found.items.length === 0 ? (
          <p class="subtle">{totalOf(found.counts) === 0 ? t('nippin.emptyPeriod') : t('nippin.nothingFound')}</p>
        ) : (
          found.night !== null && (
            <Found subject={{ organization, registry: registry.registry, name: registry.name, night: found.night }} page={found} />
          )
        )}
        {!list.problem && <More listing={list} />}
      </section>
      <ExportList organizationId={organizationId} exports={exports} none={t('nippin.noExports')} />
    </>
  );
}

function Found({ subject, page }: { subject: Parameters<typeof RecordTable>[0]['subject']; page: RecordPage }) {
  return (
    <>
      <div class="found">
        <p class="subtle" data-testid="found">
          {howMany(page)}
        </p>
        <TicketForAll subject={subject} records={page.items} />
      </div>
      <RecordTable subject={subject} records={page.items} />
    </>
  );
}

/** How many there are; of a search, which is not counted to its end, how many are listed. */
function howMany({ items, total, nextCursor }: RecordPage): string {
  if (nextCursor === null) {
    return plural(items.length, { one: 'nippin.found_one', other: 'nippin.found_other' });
  }
  return total === null
    ? plural(items.length, { one: 'nippin.firstOnes_one', other: 'nippin.firstOnes_other' })
    : plural(total, { one: 'nippin.listed_one', other: 'nippin.listed_other' }, { listed: items.length });
}
