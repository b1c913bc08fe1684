import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../announcer';
import { asProblem, get, type List, type Problem } from '../api';
import { SearchField } from '../form';
import { language, plural, t } from '../i18n';
import { Loading, ProblemNotice, useLoad } from '../load';
import type { Organization } from './membership';

const address = (search: string, cursor: string | null) => {
  const query = new URLSearchParams({ limit: '50' });
  if (search !== '') {
    query.set('search', search);
  }
  if (cursor !== null) {
    query.set('cursor', cursor);
  }
  return `/organizations?${query}`;
};

/** Every organisation of the installation, for a User Manager. */
export function AllOrganizations() {
  const heading = useRef<HTMLHeadingElement>(null);
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [moreProblem, setMoreProblem] = useState<Problem>();
  const [loadingMore, setLoadingMore] = useState(false);
  const list = useLoad(() => get<List<Organization>>(address(search, null)), [search, language()]);

  useEffect(() => {
    const pause = setTimeout(() => setSearch(typed.trim()), 300);
    return () => clearTimeout(pause);
  }, [typed]);

  useEffect(() => {
    if (search !== '' && list.value) {
      announce(plural(list.value.items.length, { one: 'home.found_one', other: 'home.found_other' }));
    }
  }, [list.value]);

  const more = async () => {
    if (loadingMore || !list.value) {
      return;
    }
    setLoadingMore(true);
    setMoreProblem(undefined);
    try {
      const next = await get<List<Organization>>(address(search, list.value.nextCursor));
      if (next.nextCursor === null) {
        // The button that was used goes away with the last page.
        heading.current?.focus({ preventScroll: true });
      }
      list.setValue((before) => before && { items: [...before.items, ...next.items], nextCursor: next.nextCursor });
    } catch (thrown) {
      setMoreProblem(asProblem(thrown));
    } finally {
      setLoadingMore(false);
    }
  };

  return (
    <section class="stack" aria-labelledby="all-title">
      <h2 class="ds-heading" data-size="sm" id="all-title" tabIndex={-1} ref={heading}>
        {t('home.all')}
      </h2>
      <SearchField id="search" label={t('home.search')} value={typed} onChange={setTyped} />
      {list.problem ? (
        <ProblemNotice problem={list.problem} again={list.again} />
      ) : !list.value ? (
        <Loading />
      ) : list.value.items.length === 0 ? (
        <p class="subtle">{search === '' ? t('home.noOrganization') : t('home.nothingFound')}</p>
      ) : (
        <table class="ds-table organizations" data-border>
          <caption class="ds-sr-only">{t('home.all')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('organization.title')}</th>
              <th scope="col">{t('organization.nihdi')}</th>
            </tr>
          </thead>
          <tbody>
            {list.value.items.map(({ id, title, nihdi }) => (
              <tr key={id}>
                <th scope="row">{title}</th>
                <td class="number">
                  <span class="cell-label" aria-hidden="true">
                    {t('organization.nihdi')}
                  </span>
                  {nihdi}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {moreProblem && <ProblemNotice problem={moreProblem} again={more} />}
      {list.value?.nextCursor && !moreProblem && (
        <button type="button" class="ds-button" data-variant="secondary" aria-busy={loadingMore} onClick={more}>
          {t('list.more')}
        </button>
      )}
    </section>
  );
}
