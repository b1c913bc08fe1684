import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import { asProblem, type Problem, remove, setToken, whenSessionIsInDoubt } from '../base/api';
import { type Language, language, setLanguage, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { Page } from '../base/page';
import { loadPortal, type Portal, PortalContext } from '../base/portal';
import { go, returnPath, usePath, withReturn } from '../base/router';
import { loadSession, type Session, SessionContext } from '../session/session';
import { Frame } from './frame';
import { screenOf } from './routes';
import { type Reason, Screen } from './screen';

export function App() {
  const [portal, setPortal] = useState<Portal>();
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<Problem>();
  // Why somebody who signs out is still signed in.
  const [stuck, setStuck] = useState<Problem>();
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

  const start = useCallback(async (quietly = false) => {
    if (!quietly) {
      setProblem(undefined);
    }
    try {
      const [found] = await Promise.all([loadPortal(), refresh()]);
      setPortal(found);
      setProblem(undefined);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  }, [refresh]);

  useEffect(() => {
    whenSessionIsInDoubt((doubt) => {
      if (doubt === 'over') {
        setReason('over');
        hold(null);
        return;
      }
      return refresh().catch(() => {});
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
        announce(t('signOut.failedTitle'));
        setStuck(fault);
        return;
      }
    }
    setStuck(undefined);
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
          {stuck && session ? (
            <Page title={t('signOut.failedTitle')} lead={t('signOut.failedText')} key="stuck">
              <ProblemNotice problem={stuck} again={() => void signOut()} name={t('signOut.again')} />
              <p>
                <button type="button" class="ds-button" data-variant="secondary" onClick={() => setStuck(undefined)}>
                  {t('signOut.stay')}
                </button>
              </p>
            </Page>
          ) : problem ? (
            <Page title={t('problem.title')} key="problem">
              <ProblemNotice problem={problem} again={start} />
            </Page>
          ) : !ready || elsewhere !== null ? (
            <Loading />
          ) : (
            <Screen path={path} session={session} reason={reason} key={`${session?.account.id} ${screenOf(path)}`} />
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
