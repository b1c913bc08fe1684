import { Time } from '../base/facts';
import { SearchField } from '../base/fields';
import { formatNumber, t } from '../base/i18n';
import { CellLabel, More, useListing, useSearch } from '../base/listing';
import { Loading, ProblemNotice } from '../base/load';
import { NotFound, Page } from '../base/page';
import { Link } from '../base/router';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import type { AccountView } from './account';
import { StateOfAccount } from './AccountState';
import { PeopleTabs } from './PeopleTabs';

/** Every account of the installation, for a User Manager. */
export function Accounts({ session }: { session: Session }) {
  return may('ListAccounts', session) ? <AccountTable session={session} /> : <NotFound />;
}

function AccountTable({ session }: { session: Session }) {
  const { typed, setTyped, search } = useSearch();
  const list = useListing<AccountView>('/accounts', { search }, { one: 'accounts.found_one', other: 'accounts.found_other' });
  return (
    <Page title={t('nav.people')} part={t('accounts.title')} tabs={<PeopleTabs session={session} />} trail={[{ to: '/people', name: t('nav.people') }]}>
      <div class="stack">
        <p>{t('accounts.lead')}</p>
        {may('AddUserManager', session) && (
          <Link class="ds-button" to="/accounts/new">
            {t('accounts.add')}
          </Link>
        )}
        <SearchField id="account-search" label={t('accounts.search')} value={typed} onChange={setTyped} />
        <h3 class="ds-sr-only" tabIndex={-1} ref={list.heading}>
          {t('accounts.title')}
        </h3>
        {list.problem ? (
          <ProblemNotice problem={list.problem} again={list.again} />
        ) : !list.items ? (
          <Loading />
        ) : list.items.length === 0 ? (
          <p class="subtle">{t('accounts.nothingFound')}</p>
        ) : (
          <table class="ds-table listing" data-border>
            <caption class="ds-sr-only">{t('accounts.title')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('members.email')}</th>
                <th scope="col">{t('role.userManager')}</th>
                <th scope="col">{t('members.state')}</th>
                <th scope="col">{t('members.lastSignIn')}</th>
                <th scope="col">{t('accounts.organizations')}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((account) => (
                <tr key={account.id}>
                  <th scope="row" class="break">
                    <Link class="ds-link" to={`/people/${account.id}`}>
                      {account.email}
                    </Link>
                  </th>
                  <td>
                    <CellLabel>{t('role.userManager')}</CellLabel>
                    {account.isUserManager ? t('people.yes') : <span class="subtle">{t('people.no')}</span>}
                  </td>
                  <td>
                    <StateOfAccount state={account.state} temporaryUntil={account.temporaryUntil} />
                  </td>
                  <td class="number">
                    <CellLabel>{t('members.lastSignIn')}</CellLabel>
                    {account.lastSignIn ? <Time iso={account.lastSignIn} /> : <span class="subtle">{t('members.never')}</span>}
                  </td>
                  <td class="number">
                    <CellLabel>{t('accounts.organizations')}</CellLabel>
                    {formatNumber(account.organizations ?? 0)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More listing={list} />
      </div>
    </Page>
  );
}
