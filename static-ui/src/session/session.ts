import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { asProblem, get, post } from '../base/api';
import type { Membership } from './membership';

export interface Account {
  id: string;
  email: string;
  isUserManager: boolean;
}

export interface Session {
  account: Account;
  csrfToken: string;
  mustChangePassword: boolean;
  organizations: Membership[];
}

/** The session of this browser, or null for someone who is not signed in. */
export async function loadSession(): Promise<Session | null> {
  try {
    return await get<Session>('/session');
  } catch (thrown) {
    if (asProblem(thrown).status === 401) {
      return null;
    }
    throw thrown;
  }
}

// A temporary password is needed twice within a minute: to sign in and to be replaced. Kept in memory only, and no longer than that.
let temporaryPassword = '';

export async function signIn(email: string, password: string) {
  const { mustChangePassword } = await post<{ mustChangePassword: boolean }>('/session', { email, password });
  temporaryPassword = mustChangePassword ? password : '';
}

export function knownTemporaryPassword(): string {
  return temporaryPassword;
}

export function forgetTemporaryPassword() {
  temporaryPassword = '';
}

interface Held {
  session: Session | null;
  refresh: () => Promise<void>;
  signOut: () => Promise<void>;
}

export const SessionContext = createContext<Held>({ session: null, refresh: async () => {}, signOut: async () => {} });

export function useSession(): Held {
  return useContext(SessionContext);
}
