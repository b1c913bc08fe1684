import { useState } from 'preact/hooks';
import { SearchField } from '../base/fields';
import { t } from '../base/i18n';
import { CellLabel, More, SortHeader, useListing, useSearch } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';
import { Link } from '../base/router';
import type { Organization } from '../session/membership';

/** The organisations somebody may see: the own ones, or all of the installation for a User Manager. */
export function OrganizationTable({ title, none }: { title: string; none: string }) {
  const { typed, setTyped, search } = useSearch();
  const [sort, setSort] = useState('title');
  const list = useListing<Organization>('/organizations', { search, sort }, { one: 'home.found_one', other: 'home.found_other' });

  return (
    <section class="stack" aria-labelledby="all-title">
      <h2 class="ds-heading" data-size="sm" id="all-title" tabIndex={-1} ref={list.heading}>
        {title}
      </h2>
      <SearchField id="search" label={t('home.search')} value={typed} onChange={setTyped} />
      {list.problem ? (
        <ProblemNotice problem={list.problem} again={list.again} />
      ) : !list.items ? (
        <Loading />
      ) : list.items.length === 0 ? (
        <p class="subtle">{search === '' ? none : t('home.nothingFound')}</p>
      ) : (
        <table class="ds-table listing organizations" data-border>
          <caption class="ds-sr-only">{title}</caption>
          <thead>
            <tr>
              <SortHeader column="title" sort={sort} onSort={setSort}>
                {t('organization.title')}
              </SortHeader>
              <SortHeader column="nihdi" sort={sort} onSort={setSort}>
                {t('organization.nihdi')}
              </SortHeader>
            </tr>
          </thead>
          <tbody>
            {list.items.map(({ id, title, nihdi }) => (
              <tr key={id}>
                <th scope="row">
                  <Link class="ds-link" to={`/organizations/${id}/members`}>
                    {title}
                  </Link>
                </th>
                <td class="number">
                  <CellLabel>{t('organization.nihdi')}</CellLabel>
                  {nihdi}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More listing={list} />
    </section>
  );
}
