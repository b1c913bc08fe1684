import { useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { get } from '../base/api';
import { Fact, Time } from '../base/facts';
import { language, t } from '../base/i18n';
import { Loading, ProblemNotice, useLoad } from '../base/load';
import { NotFound, Page } from '../base/page';
import { Link } from '../base/router';
import { managesPeople, may, placesFor } from '../session/permissions';
import type { Session } from '../session/session';
import type { Person } from './account';
import { StateOfAccount } from './AccountState';
import { Capabilities } from './Capabilities';
import { type Issued, IssuedPassword } from './IssuedPassword';
import { PersonActions } from './PersonActions';
import { PersonMemberships } from './PersonMemberships';

export function PersonPage({ session, accountId }: { session: Session; accountId: string }) {
  return managesPeople(session) ? <Loaded session={session} accountId={accountId} /> : <NotFound />;
}

function Loaded({ session, accountId }: { session: Session; accountId: string }) {
  const person = useLoad(() => get<Person>(`/accounts/${accountId}`), [accountId, language()]);
  const [issued, setIssued] = useState<Issued>();
  const acting = useAct();
  if (person.problem) {
    return person.problem.status === 404 ? <NotFound /> : <ProblemNotice problem={person.problem} again={person.again} />;
  }
  if (!person.value) {
    return <Loading />;
  }
  const { email, isUserManager, state, temporaryUntil, lastSignIn, createdAt, createdIn, memberships } = person.value;
  const everywhere = may('ShowAccount', session);

  return (
    <Page title={email} trail={[{ to: '/people', name: t('nav.people') }]}>
      {issued && <IssuedPassword issued={issued} onDone={() => setIssued(undefined)} />}
      <Refused problem={acting.refused} />
      {accountId === session.account.id && (
        <p>
          {t('person.yourself')}{' '}
          <Link class="ds-link" to="/account">
            {t('account.title')}
          </Link>
        </p>
      )}
      <section class="stack" aria-labelledby="account-title">
        <h2 class="ds-heading" data-size="sm" id="account-title">
          {t('person.account')}
        </h2>
        <dl class="facts facts--row">
          <Fact name={t('members.state')}>
            <StateOfAccount state={state} temporaryUntil={temporaryUntil} />
          </Fact>
          <Fact name={t('members.lastSignIn')}>{lastSignIn ? <Time iso={lastSignIn} /> : t('members.never')}</Fact>
          <Fact name={t('account.createdIn')}>{createdIn || t('account.createdByPortal')}</Fact>
          {createdAt && (
            <Fact name={t('account.createdAt')}>
              <Time iso={createdAt} />
            </Fact>
          )}
          <Fact name={t('role.userManager')}>{isUserManager ? t('people.yes') : t('people.no')}</Fact>
        </dl>
        <PersonActions session={session} person={person.value} acting={acting} onChange={person.setValue} onIssued={setIssued} />
      </section>
      <section class="stack" aria-labelledby="memberships-title">
        <h2 class="ds-heading" data-size="sm" id="memberships-title">
          {t('person.memberships')}
        </h2>
        <PersonMemberships session={session} person={person.value} />
        {!everywhere && placesFor('ShowAccount', session).length > 0 && <p class="subtle">{t('person.onlyYours')}</p>}
      </section>
      <section class="stack" aria-labelledby="can-title">
        <h2 class="ds-heading" data-size="sm" id="can-title">
          {t('person.can')}
        </h2>
        <p class="subtle">{t('person.canLead')}</p>
        <Capabilities isUserManager={isUserManager} memberships={memberships} />
      </section>
    </Page>
  );
}
