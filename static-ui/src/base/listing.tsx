import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from './announcer';
import { asProblem, get, type List, type Problem } from './api';
import { type Key, language, plural, t } from './i18n';
import { ProblemNotice, useLoad } from './load';
import { Notice } from './notice';

const pageSize = '50';

/** The address of a list that is searched, filtered and sorted by the portal. */
function listAddress(path: string, wanted: Record<string, string>, cursor: string | null) {
  const query = new URLSearchParams({ limit: pageSize });
  for (const [name, value] of Object.entries({ ...wanted, cursor: cursor ?? '' })) {
    if (value !== '') {
      query.set(name, value);
    }
  }
  return `${path}?${query}`;
}

/** A list of which one page after the other is loaded. `found`: what is said when a search has an answer. */
export function useListing<T, Page extends List<T> = List<T>>(path: string, wanted: Record<string, string>, found?: { one: Key; other: Key }) {
  const keys = [path, ...Object.values(wanted), language()];
  const list = useLoad(() => get<Page>(listAddress(path, wanted, null)), keys);
  const [moreProblem, setMoreProblem] = useState<Problem>();
  const [loadingMore, setLoadingMore] = useState(false);
  const [renewed, setRenewed] = useState({ turn: 0, asked: '', sentence: '' });
  const heading = useRef<HTMLHeadingElement>(null);
  // Further pages of a search that is no longer asked for are dropped.
  const asked = useRef('');
  asked.current = keys.join('\n');

  useEffect(() => {
    setMoreProblem(undefined);
    if (found && (wanted.search ?? '') !== '' && list.value) {
      announce(plural(list.value.items.length, found));
    }
  }, [list.value]);

  const more = async () => {
    if (loadingMore || !list.value) {
      return;
    }
    const then = asked.current;
    setLoadingMore(true);
    setMoreProblem(undefined);
    try {
      const next = await get<Page>(listAddress(path, wanted, list.value.nextCursor));
      if (then === asked.current) {
        if (next.nextCursor === null) {
          // The button that was used goes away with the last page.
          heading.current?.focus({ preventScroll: true });
        }
        list.setValue((before) => before && { ...next, items: [...before.items, ...next.items] });
      }
    } catch (thrown) {
      if (then === asked.current) {
        const problem = asProblem(thrown);
        if (problem.status === 409) {
          // The list has been made anew meanwhile: the next page does not follow the ones that are shown.
          await list.again();
          setRenewed(({ turn }) => ({ turn: turn + 1, asked: then, sentence: problem.sentence }));
        } else {
          setMoreProblem(problem);
        }
      }
    } finally {
      setLoadingMore(false);
    }
  };

  const begunAgain = renewed.asked === asked.current ? renewed : undefined;
  return { ...list, items: list.value?.items, heading, more, loadingMore, moreProblem, begunAgain };
}

/** Says that the list was made anew while it was read, and begins with its first page again. */
export function BegunAgain({ listing: { begunAgain } }: { listing: Pick<ReturnType<typeof useListing>, 'begunAgain'> }) {
  return begunAgain ? (
    <Notice key={begunAgain.turn} color="info">
      <p>{begunAgain.sentence}</p>
    </Notice>
  ) : null;
}

/** What is typed, and what is searched for once the typing rests. */
export function useSearch() {
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const pause = setTimeout(() => setSearch(typed.trim()), 300);
    return () => clearTimeout(pause);
  }, [typed]);
  return { typed, setTyped, search };
}

export function More({ listing }: { listing: Pick<ReturnType<typeof useListing>, 'value' | 'more' | 'loadingMore' | 'moreProblem'> }) {
  if (listing.moreProblem) {
    return <ProblemNotice problem={listing.moreProblem} again={listing.more} />;
  }
  return listing.value?.nextCursor ? (
    <button type="button" class="ds-button" data-variant="secondary" aria-busy={listing.loadingMore} onClick={listing.more}>
      {t('list.more')}
    </button>
  ) : null;
}

interface SortHeaderProps {
  column: string;
  /** The column the list is sorted by, with a minus before it when it runs downwards. */
  sort: string;
  onSort: (sort: string) => void;
  children: ComponentChildren;
}

export function SortHeader({ column, sort, onSort, children }: SortHeaderProps) {
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : undefined;
  return (
    <th scope="col" aria-sort={direction ?? 'none'} class="sortable">
      <button type="button" onClick={() => onSort(direction === 'ascending' ? `-${column}` : column)}>
        {children}
      </button>
    </th>
  );
}

/** The name of a column beside each value, where a narrow screen shows rows as cards. The table itself says it to people who listen. */
export function CellLabel({ children }: { children: ComponentChildren }) {
  return (
    <span class="cell-label" aria-hidden="true">
      {children}
    </span>
  );
}
