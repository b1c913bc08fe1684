import type { Key } from '../base/i18n';
import type { Role } from '../session/membership';

export type AccountState = 'temporary_password' | 'temporary_password_expired' | 'active';

/** An account as its managers see it. */
export interface AccountView {
  id: string;
  email: string;
  isUserManager: boolean;
  state: AccountState;
  temporaryUntil: string | null;
  lastSignIn: string | null;
  createdAt: string | null;
  /** The organisation that made it; none for the first User Manager. */
  createdIn: string | null;
  organizations?: number;
  etag: string;
}

export interface PersonMembership {
  organizationId: string;
  title: string;
  nihdi: string;
  roles: Role[];
}

export interface Person extends AccountView {
  memberships: PersonMembership[];
}

export const stateNames: Record<AccountState, { word: Key; color: string }> = {
  active: { word: 'state.active', color: 'success' },
  temporary_password: { word: 'state.temporary', color: 'info' },
  temporary_password_expired: { word: 'state.expired', color: 'warning' },
};
