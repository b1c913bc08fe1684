import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import { asProblem, get, type List, type Problem } from '../base/api';
import { language, plural } from '../base/i18n';
import { useLoad } from '../base/load';
import type { AuditEvent } from './event';
import type { Filters } from './EventFilters';

/** A search by person or action may stop before the end of the log: what comes then is known by `searchedBackTo`. */
interface EventPage extends List<AuditEvent> {
  searchedBackTo: string | null;
}

export function useEvents(address: string, filters: Filters) {
  const ask = (cursor: string | null) => {
    const query = new URLSearchParams({ limit: '50' });
    for (const [name, value] of Object.entries({ ...filters, cursor: cursor ?? '' })) {
      if (value !== '') {
        query.set(name, value);
      }
    }
    return get<EventPage>(`${address}?${query}`);
  };

  const keys = [address, ...Object.values(filters), language()];
  const page = useLoad(() => ask(null), keys);
  const [moreProblem, setMoreProblem] = useState<Problem>();
  const [loadingMore, setLoadingMore] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  // Further pages of a search that is no longer asked for are dropped.
  const asked = useRef('');
  asked.current = keys.join('\n');
  const searching = filters.person !== '' || filters.action !== '';

  useEffect(() => setMoreProblem(undefined), [page.value]);

  const more = async () => {
    const before = page.value;
    if (loadingMore || !before) {
      return;
    }
    const then = asked.current;
    setLoadingMore(true);
    setMoreProblem(undefined);
    try {
      const next = await ask(before.nextCursor);
      if (then === asked.current) {
        announce(plural(next.items.length, { one: 'audit.found_one', other: 'audit.found_other' }));
        if (next.nextCursor === null) {
          // The button that was used goes away with the last page.
          heading.current?.focus({ preventScroll: true });
        }
        page.setValue({ ...next, items: [...before.items, ...next.items] });
      }
    } catch (thrown) {
      if (then === asked.current) {
        setMoreProblem(asProblem(thrown));
      }
    } finally {
      setLoadingMore(false);
    }
  };

  return {
    items: page.value?.items,
    next: page.value?.nextCursor ?? null,
    searchedBackTo: searching ? (page.value?.searchedBackTo ?? null) : null,
    problem: page.problem,
    again: page.again,
    heading,
    more,
    loadingMore,
    moreProblem,
  };
}
