import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { loadSession, type Session, SessionContext } from './accounts/session';
import { SignIn } from './accounts/SignIn';
import { TemporaryPassword } from './accounts/TemporaryPassword';
import { asProblem, type Problem, remove, setToken, whenSessionIsInDoubt } from './api';
import { Frame } from './frame';
import { type Language, language, setLanguage, t } from './i18n';
import { later } from './later';
import { Loading, ProblemNotice } from './load';
import { announce } from './announcer';
import { MyOrganizations } from './organizations/MyOrganizations';
import { NotFound, Page } from './page';
import { loadPortal, type Portal, PortalContext } from './portal';
import { go, returnPath, usePath, withReturn } from './router';

// What nobody needs in order to sign in is fetched when somebody goes there.
const MyAccount = later(() => import('./accounts/MyAccount').then((file) => file.MyAccount));
const People = later(() => import('./accounts/rooms').then((file) => file.People));
const Accounts = later(() => import('./accounts/rooms').then((file) => file.Accounts));
const NewUserManager = later(() => import('./accounts/rooms').then((file) => file.NewUserManager));
const PersonPage = later(() => import('./accounts/rooms').then((file) => file.PersonPage));
const Organizations = later(() => import('./organizations/Organizations').then((file) => file.Organizations));
const NewOrganization = later(() => import('./organizations/NewOrganization').then((file) => file.NewOrganization));
const OrganizationRoom = later(() => import('./organizations/OrganizationRoom').then((file) => file.OrganizationRoom));
const AuditLog = later(() => import('./audit/AuditLog').then((file) => file.AuditLog));
const CsvExport = later(() => import('./exports/CsvExport').then((file) => file.CsvExport));

type Reason = 'none' | 'over' | 'signedOut';

export function App() {
  const [portal, setPortal] = useState<Portal>();
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<Problem>();
  const [reason, setReason] = useState<Reason>('none');
  const [shownLanguage, showLanguage] = useState<Language>(language());
  const path = usePath();
  const wasSignedIn = useRef(false);
  wasSignedIn.current = session != null;
  // An answer that was asked for before someone signed in or out knows nothing of it and is dropped.
  const turn = useRef(0);

  const hold = useCallback((next: Session | null) => {
    turn.current++;
    setToken(next?.csrfToken ?? '');
    setSession(next);
  }, []);

  const refresh = useCallback(async () => {
    const mine = ++turn.current;
    const found = await loadSession();
    if (mine !== turn.current) {
      return;
    }
    if (found) {
      setReason('none');
    } else if (wasSignedIn.current) {
      setReason('over');
    }
    hold(found);
  }, [hold]);

  const start = useCallback(async () => {
    setProblem(undefined);
    try {
      const [found] = await Promise.all([loadPortal(), refresh()]);
      setPortal(found);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  }, [refresh]);

  useEffect(() => {
    whenSessionIsInDoubt((doubt) => {
      if (doubt === 'over') {
        setReason('over');
        hold(null);
      } else {
        refresh().catch(() => {});
      }
    });
    void start();
  }, [start, refresh, hold]);

  const ready = portal !== undefined && session !== undefined;
  const elsewhere = ready ? rightPlace(path, session) : null;
  useEffect(() => {
    if (elsewhere !== null) {
      go(elsewhere, { replace: true });
    }
  }, [elsewhere]);

  const signOut = async () => {
    try {
      await remove('/session');
    } catch (thrown) {
      const fault = asProblem(thrown);
      if (fault.status !== 401) {
        announce(fault.sentence);
        setProblem(fault);
        return;
      }
    }
    go('/sign-in', { replace: true });
    setReason('signedOut');
    hold(null);
  };

  const chooseLanguage = (next: Language) => {
    setLanguage(next).then(
      () => showLanguage(language()),
      () => announce(t('problem.unreachable')),
    );
  };

  return (
    <PortalContext.Provider value={portal ?? null}>
      <SessionContext.Provider value={{ session: session ?? null, refresh, signOut }}>
        <Frame language={shownLanguage} onLanguage={chooseLanguage}>
          {problem ? (
            <Page title={t('problem.title')} key="problem">
              <ProblemNotice problem={problem} again={start} />
            </Page>
          ) : !ready || elsewhere !== null ? (
            <Loading />
          ) : (
            <Screen path={path} session={session} reason={reason} key={`${session?.account.id} ${roomOf(path)}`} />
          )}
        </Frame>
      </SessionContext.Provider>
    </PortalContext.Provider>
  );
}

/** Where someone belongs who is not signed in, still has a temporary password, or is past both. */
function rightPlace(path: string, session: Session | null): string | null {
  if (session === null) {
    return path === '/sign-in' ? null : withReturn('/sign-in');
  }
  if (session.mustChangePassword) {
    return path === '/welcome' ? null : withReturn('/welcome');
  }
  return path === '/sign-in' || path === '/welcome' ? returnPath() : null;
}

function Screen({ path, session, reason }: { path: string; session: Session | null; reason: Reason }) {
  if (session === null) {
    return <SignIn reason={reason} />;
  }
  if (session.mustChangePassword) {
    return <TemporaryPassword email={session.account.email} />;
  }

  const [room, id, ...rest] = parts(path);
  switch (room) {
    case undefined:
      return <MyOrganizations session={session} />;
    case 'account':
      return id === undefined ? <MyAccount session={session} /> : <NotFound />;
    case 'organizations':
      return <OrganizationsScreen path={path} session={session} id={id} rest={rest} />;
    case 'people':
      return id === undefined ? <People session={session} /> : rest.length === 0 ? <PersonPage session={session} accountId={id} /> : <NotFound />;
    case 'accounts':
      return id === undefined ? <Accounts session={session} /> : path === '/accounts/new' ? <NewUserManager session={session} /> : <NotFound />;
    case 'audit':
      return id === undefined ? <AuditLog session={session} /> : <NotFound />;
    default:
      return <NotFound />;
  }
}

interface OrganizationsScreenProps {
  path: string;
  session: Session;
  id: string | undefined;
  rest: string[];
}

function OrganizationsScreen({ path, session, id, rest }: OrganizationsScreenProps) {
  if (id === undefined) {
    return <Organizations session={session} />;
  }
  if (path === '/organizations/new') {
    return <NewOrganization session={session} />;
  }
  if (rest[0] === 'csv-export' && rest.length === 1) {
    return <CsvExport session={session} organizationId={id} />;
  }
  return partsOfOrganization.test(rest.join('/')) ? (
    <OrganizationRoom session={session} organizationId={id} path={path} rest={rest} />
  ) : (
    <NotFound />
  );
}

const partsOfOrganization = /^(|members(\/[^/]+)?|edit|revisions|audit)$/;

const parts = (path: string) => path.split('/').filter((part) => part !== '');

/** A screen begins anew at every address, but for the parts of one organisation, which share what is known of it. */
function roomOf(path: string): string {
  const [room, id, part] = parts(path);
  return room === 'organizations' && id !== undefined && id !== 'new' && part !== 'csv-export' ? `${room}/${id}` : path;
}
