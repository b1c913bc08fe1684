import { useState } from 'preact/hooks';
import { SearchField, SelectField } from '../base/fields';
import { t } from '../base/i18n';
import { CellLabel, More, useListing, useSearch } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';
import { NotFound, Page } from '../base/page';
import { Link } from '../base/router';
import { type Role, roleNames, roles } from '../session/membership';
import { managesPeople, may } from '../session/permissions';
import type { Session } from '../session/session';
import { PeopleTabs } from './PeopleTabs';

interface PersonInOrganization {
  accountId: string;
  email: string;
  isUserManager: boolean;
  organizationId: string;
  title: string;
  nihdi: string;
  roles: Role[];
}

/** People × organisations × roles. */
export function People({ session }: { session: Session }) {
  const { typed, setTyped, search } = useSearch();
  const [role, setRole] = useState('');
  const list = useListing<PersonInOrganization>('/memberships', { search, role }, { one: 'people.found_one', other: 'people.found_other' });
  if (!managesPeople(session)) {
    return <NotFound />;
  }
  const everywhere = may('ListAccounts', session);

  return (
    <Page title={t('nav.people')} lead={everywhere ? t('people.leadManager') : t('people.lead')} tabs={<PeopleTabs session={session} />} inner>
      <section class="stack" aria-labelledby="people-title">
        <h2 class="ds-heading" data-size="sm" id="people-title" tabIndex={-1} ref={list.heading}>
          {t('people.matrix')}
        </h2>
        <div class="filters">
          <SearchField id="people-search" label={t('people.search')} value={typed} onChange={setTyped} />
          <SelectField
            id="people-role"
            label={t('members.role')}
            value={role}
            onChange={setRole}
            prompt={t('members.everyRole')}
            choices={roles.map((value) => ({ value, label: t(roleNames[value]) }))}
          />
        </div>
        {list.problem ? (
          <ProblemNotice problem={list.problem} again={list.again} />
        ) : !list.items ? (
          <Loading />
        ) : list.items.length === 0 ? (
          <p class="subtle">{search === '' && role === '' ? t('people.none') : t('people.nothingFound')}</p>
        ) : (
          <table class="ds-table listing matrix" data-border>
            <caption class="ds-sr-only">{t('people.matrix')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('people.person')}</th>
                <th scope="col">{t('organization.title')}</th>
                {roles.map((column) => (
                  <th scope="col" key={column} class="matrix__role">
                    {t(roleNames[column])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.items.map((item) => (
                <tr key={`${item.accountId} ${item.organizationId}`}>
                  <th scope="row" class="break">
                    <Link class="ds-link" to={`/people/${item.accountId}`}>
                      {item.email}
                    </Link>
                    {item.isUserManager && <span class="subtle cell-note">{t('role.userManager')}</span>}
                  </th>
                  <td>
                    <Link class="ds-link" to={`/organizations/${item.organizationId}/members`}>
                      {item.title}
                    </Link>
                  </td>
                  {roles.map((column) => (
                    <td key={column} class={item.roles.includes(column) ? 'matrix__yes' : 'matrix__no'}>
                      <Cell role={column} held={item.roles.includes(column)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More listing={list} />
      </section>
    </Page>
  );
}

function Cell({ role, held }: { role: Role; held: boolean }) {
  return held ? (
    <>
      <svg class="tag-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="m5 13 4 4L19 7" />
      </svg>
      <CellLabel>{t(roleNames[role])}</CellLabel>
      <span class="ds-sr-only">{t('people.yes')}</span>
    </>
  ) : (
    <>
      <span class="subtle" aria-hidden="true">
        –
      </span>
      <span class="ds-sr-only">{t('people.no')}</span>
    </>
  );
}
