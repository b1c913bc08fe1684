import type { Key } from '../base/i18n';
import { roleNames } from '../session/membership';
import { allows, type Kind, kindsOf } from '../session/permissions';
import type { PersonMembership } from './account';

/** Something people do with the portal, and a call that must be allowed for it. */
interface Task {
  task: Key;
  call: string;
}

export const tasks: { group: Key; tasks: Task[] }[] = [
  {
    group: 'can.groupPeople',
    tasks: [
      { task: 'can.seeMembers', call: 'ListMembers' },
      { task: 'can.addMembers', call: 'AddMember' },
      { task: 'can.editMembers', call: 'EditMember' },
      { task: 'can.removeMembers', call: 'RemoveMember' },
      { task: 'can.importMembers', call: 'ImportMembers' },
      { task: 'can.exportMembers', call: 'ExportMembers' },
      { task: 'can.issuePasswords', call: 'IssueTemporaryPassword' },
      { task: 'can.seeAccounts', call: 'ListAccounts' },
      { task: 'can.makeUserManagers', call: 'ChangeUserManager' },
      { task: 'can.cancelAccounts', call: 'CancelAccount' },
    ],
  },
  {
    group: 'can.groupOrganizations',
    tasks: [
      { task: 'can.createOrganizations', call: 'CreateOrganization' },
      { task: 'can.editOrganizations', call: 'EditOrganization' },
      { task: 'can.seeRevisions', call: 'ListRevisions' },
    ],
  },
  {
    group: 'can.groupData',
    tasks: [
      { task: 'can.exportData', call: 'RequestExport csv' },
      { task: 'can.followNippin', call: 'ListNippinRecords' },
    ],
  },
  { group: 'can.groupCertificates', tasks: [{ task: 'can.manageCertificates', call: 'AddCertificate' }] },
  {
    group: 'can.groupAudit',
    tasks: [
      { task: 'can.readAudit', call: 'ListEvents' },
      { task: 'can.readAllAudit', call: 'ListAllEvents' },
    ],
  },
  { group: 'can.groupSelf', tasks: [{ task: 'can.ownPassword', call: 'ChangePassword' }, { task: 'can.ownSessions', call: 'EndSession' }] },
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
