import { useState } from 'preact/hooks';
import { Refused } from '../base/act';
import { fileAddress } from '../base/api';
import { formatTime, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { CheckLog } from './CheckLog';
import { withoutBegun } from './event';
import { EventEntry } from './EventEntry';
import { EventFilters, type Filters, noFilters } from './EventFilters';
import { useEvents } from './useEvents';

/** The events of an organisation (`base` is its address) or, with an empty one, of the whole installation. */
export function EventLog({ base }: { base: string }) {
  const address = `${base}/audit`;
  const [filters, setFilters] = useState<Filters>(noFilters);
  const events = useEvents(address, filters);
  // Beneath the title of the page, or of one of its parts.
  const Heading = base === '' ? 'h2' : 'h3';
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '')).toString();

  return (
    <div class="stack">
      <EventFilters value={filters} onFilter={setFilters} errors={events.problem?.errors ?? {}} />
      <div class="actions">
        <a class="ds-button" data-variant="secondary" href={fileAddress(`${address}/file${query === '' ? '' : `?${query}`}`)} download="">
          {t('audit.export')}
        </a>
      </div>
      <CheckLog address={`${address}/verify`} />
      <Heading class="ds-heading" data-size="xs" tabIndex={-1} ref={events.heading}>
        {t('audit.events')}
      </Heading>
      {events.problem && Object.keys(events.problem.errors).length > 0 ? (
        // To ask for the same once more would not help: a filter is wrong, and says so itself.
        <Refused problem={events.problem} />
      ) : events.problem ? (
        <ProblemNotice problem={events.problem} again={events.again} />
      ) : !events.items ? (
        <Loading />
      ) : (
        <>
          {events.items.length === 0 && <p class="subtle">{events.next === null ? t('audit.none') : t('audit.noneYet')}</p>}
          <ul class="rows" role="list" data-testid="events">
            {withoutBegun(events.items).map((event) => (
              <li key={`${event.chain} ${event.number}`} class="rows__row rows__row--event">
                <EventEntry event={event} linked={base === ''} />
              </li>
            ))}
          </ul>
        </>
      )}
      {events.moreProblem ? (
        <ProblemNotice problem={events.moreProblem} again={events.more} />
      ) : (
        events.next !== null &&
        !events.problem && (
          <div class="stack">
            {events.searchedBackTo && <p>{t('audit.searchedBackTo', { time: formatTime(events.searchedBackTo) })}</p>}
            <button type="button" class="ds-button" data-variant="secondary" aria-busy={events.loadingMore} onClick={events.more}>
              {events.searchedBackTo ? t('audit.further') : t('list.more')}
            </button>
          </div>
        )
      )}
    </div>
  );
}
