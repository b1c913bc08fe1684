import { SignIn } from '../accounts/SignIn';
import { TemporaryPassword } from '../accounts/TemporaryPassword';
import { NotFound } from '../base/page';
import type { Session } from '../session/session';
import { routeOf, show } from './routes';

/** Why somebody is asked to sign in. */
export type Reason = 'none' | 'over' | 'signedOut';

/** What somebody sees: whoever is not signed in, or has a temporary password, nothing but what mends that. */
export function Screen({ path, session, reason }: { path: string; session: Session | null; reason: Reason }) {
  if (session === null) {
    return <SignIn reason={reason} />;
  }
  if (session.mustChangePassword) {
    return <TemporaryPassword email={session.account.email} />;
  }
  const route = routeOf(path);
  return route === undefined ? <NotFound /> : show(route, path, session);
}
