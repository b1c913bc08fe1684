import type { AccountState } from '../accounts/account';
import type { Organization, Role } from '../session/membership';
import type { Session } from '../session/session';

/** Somebody who belongs to an organisation. What follows `etag` is for managers only. */
export interface Member {
  accountId: string;
  email: string;
  roles: Role[];
  etag: string;
  state?: AccountState;
  temporaryUntil?: string | null;
  lastSignIn?: string | null;
  isUserManager?: boolean;
}

/** What every page about members is given. */
export interface InOrganization {
  session: Session;
  organization: Organization;
}

export const membersOf = (organizationId: string) => `/organizations/${organizationId}/members`;

export const sameRoles = (some: Role[], others: Role[]) => some.length === others.length && some.every((role) => others.includes(role));
