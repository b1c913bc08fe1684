import type { Key } from '../base/i18n';
import { roleNames } from '../session/membership';
import { allows, type Kind, kindsOf } from '../session/permissions';
import type { PersonMembership } from './account';

/** Something people do with the portal, and a call that must be allowed for it. */
interface Deed {
  deed: Key;
  call: string;
}

export const deeds: { group: Key; deeds: Deed[] }[] = [
  {
    group: 'can.groupPeople',
    deeds: [
      { deed: 'can.seeMembers', call: 'ListMembers' },
      { deed: 'can.addMembers', call: 'AddMember' },
      { deed: 'can.editMembers', call: 'EditMember' },
      { deed: 'can.removeMembers', call: 'RemoveMember' },
      { deed: 'can.importMembers', call: 'ImportMembers' },
      { deed: 'can.exportMembers', call: 'ExportMembers' },
      { deed: 'can.issuePasswords', call: 'IssueTemporaryPassword' },
      { deed: 'can.seeAccounts', call: 'ListAccounts' },
      { deed: 'can.makeUserManagers', call: 'ChangeUserManager' },
      { deed: 'can.cancelAccounts', call: 'CancelAccount' },
    ],
  },
  {
    group: 'can.groupOrganizations',
    deeds: [
      { deed: 'can.createOrganizations', call: 'CreateOrganization' },
      { deed: 'can.editOrganizations', call: 'EditOrganization' },
      { deed: 'can.seeRevisions', call: 'ListRevisions' },
    ],
  },
  {
    group: 'can.groupData',
    deeds: [
      { deed: 'can.exportData', call: 'RequestExport csv' },
      { deed: 'can.followNippin', call: 'ListNippinRecords' },
    ],
  },
  { group: 'can.groupCertificates', deeds: [{ deed: 'can.manageCertificates', call: 'AddCertificate' }] },
  {
    group: 'can.groupAudit',
    deeds: [
      { deed: 'can.readAudit', call: 'ListEvents' },
      { deed: 'can.readAllAudit', call: 'ListAllEvents' },
    ],
  },
  { group: 'can.groupSelf', deeds: [{ deed: 'can.ownPassword', call: 'ChangePassword' }, { deed: 'can.ownSessions', call: 'EndSession' }] },
];

export const kindNames: Record<Kind, Key> = {
  ...roleNames,
  stranger: 'can.everyone',
  plain_member: 'can.member',
  manager: 'role.userManager',
};

/** One reason why somebody may do something: what he or she is, and where. */
export interface Reason {
  kind: Kind;
  organization?: string;
}

/** What being signed in allows already needs no other reason, nor does a role where membership is enough. */
export function reasonsFor(call: string, isUserManager: boolean, memberships: PersonMembership[]): Reason[] {
  if (allows(call, 'stranger', 'other')) {
    return [{ kind: 'stranger' }];
  }
  const reasons: Reason[] = allows(call, 'manager', 'other') && isUserManager ? [{ kind: 'manager' }] : [];
  for (const membership of memberships) {
    const kinds = kindsOf(false, [membership]).filter((kind) => allows(call, kind, 'own'));
    const enough = kinds.includes('plain_member') ? (['plain_member'] as Kind[]) : kinds;
    reasons.push(...enough.map((kind) => ({ kind, organization: membership.title })));
  }
  return reasons;
}
