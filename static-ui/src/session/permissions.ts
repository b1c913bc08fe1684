import table from '../../../functions/Identity/permissions.json';
import type { Membership } from './membership';
import type { Session } from './session';

/** What a person can be: one is a plain member with every role beside it, and may do what one of these may. */
export type Kind = 'stranger' | 'plain_member' | 'dp_manager' | 'certificate_editor' | 'csv_upload_manager' | 'nippin_manager' | 'manager';

interface Line {
  function: string;
  case?: string;
  who?: string[];
}

const nameOf = (line: Line) => (line.case ? `${line.function} ${line.case}` : line.function);
const byName = (lines: Line[]) => new Map(lines.map((line) => [nameOf(line), line]));

const forAll = byName([...table.anybody, ...table.signedIn]);
const installation = byName(table.installation);
const organization = byName(table.organization);

/** The portal's own table of who may do what. `place`: in an organisation one belongs to, or in another. */
export function allows(call: string, kind: Kind, place: 'own' | 'other'): boolean {
  if (forAll.has(call)) {
    return true;
  }
  const who = (installation.get(call) ?? organization.get(call))?.who ?? [];
  if (kind === 'manager' || installation.has(call)) {
    return who.includes(kind);
  }
  return place === 'own' && kind !== 'stranger' && (who.includes(kind) || who.includes('member'));
}

export function kindsOf(isUserManager: boolean, memberships: Pick<Membership, 'roles'>[]): Kind[] {
  return [
    'stranger',
    ...(memberships.length > 0 ? (['plain_member'] as const) : []),
    ...memberships.flatMap(({ roles }) => roles),
    ...(isUserManager ? (['manager'] as const) : []),
  ];
}

/**
 * Whether to show somebody what leads to a call: `may('AddMember', session, organizationId)`, `may('RequestExport csv', …)`. Whether it
 * is done is decided by the portal.
 */
export function may(call: string, session: Session, organizationId?: string): boolean {
  const own = session.organizations.filter(({ id }) => organizationId === undefined || id === organizationId);
  const place = organizationId !== undefined && own.length > 0 ? 'own' : 'other';
  return kindsOf(session.account.isUserManager, own).some((kind) => allows(call, kind, place));
}

/** The own organisations in which somebody may do this. */
export function placesFor(call: string, session: Session): Membership[] {
  return session.organizations.filter(({ id }) => may(call, session, id));
}

export function managesPeople(session: Session): boolean {
  return may('ListAccounts', session) || placesFor('AddMember', session).length > 0;
}

export function readsAudit(session: Session): boolean {
  return may('ListAllEvents', session) || placesFor('ListEvents', session).length > 0;
}

/** "The DP Manager is defined by the User Manager": a DP Manager neither gives nor takes that role. */
export function appointsDpManagers(session: Session): boolean {
  return session.account.isUserManager;
}
