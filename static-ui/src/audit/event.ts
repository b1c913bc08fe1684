import { type Key, t } from '../base/i18n';

export type Result = 'requested' | 'done' | 'failed' | 'refused';

export interface AuditEvent {
  chain: string;
  number: number;
  at: string;
  /** Who did it; empty for the portal itself. */
  actor: string | null;
  actorId: string | null;
  organizationId: string | null;
  action: string;
  object: string | null;
  result: Result;
  details: string | Record<string, unknown> | null;
  /** Ties what was begun to how it ended. */
  operation: string | null;
  requestId: string | null;
  address: string | null;
}

export const actions: Record<string, Key> = {
  signed_in: 'action.signedIn',
  sign_in_failed: 'action.signInFailed',
  signed_out: 'action.signedOut',
  password_changed: 'action.passwordChanged',
  session_ended: 'action.sessionEnded',
  organization_created: 'action.organizationCreated',
  organization_edited: 'action.organizationEdited',
  organization_found: 'action.organizationFound',
  member_added: 'action.memberAdded',
  member_edited: 'action.memberEdited',
  member_removed: 'action.memberRemoved',
  members_imported: 'action.membersImported',
  members_exported: 'action.membersExported',
  temporary_password_issued: 'action.temporaryPasswordIssued',
  account_looked_up: 'action.accountLookedUp',
  account_cancelled: 'action.accountCancelled',
  user_manager_added: 'action.userManagerAdded',
  user_manager_removed: 'action.userManagerRemoved',
  export_requested: 'action.exportRequested',
  export_finished: 'action.exportFinished',
  export_failed: 'action.exportFailed',
  export_cancelled: 'action.exportCancelled',
  export_deleted: 'action.exportDeleted',
  export_downloaded: 'action.exportDownloaded',
  certificate_uploaded: 'action.certificateUploaded',
  certificate_checked: 'action.certificateChecked',
  certificate_check_requested: 'action.certificateCheckRequested',
  certificate_activated: 'action.certificateActivated',
  certificate_expired: 'action.certificateExpired',
  certificate_delivered: 'action.certificateDelivered',
  nippin_run: 'action.nippinRun',
  audit_exported: 'action.auditExported',
  audit_witness_lost: 'action.auditWitnessLost',
  backup_made: 'action.backupMade',
  keys_backup_made: 'action.keysBackupMade',
  backup_restored: 'action.backupRestored',
  refused: 'action.refused',
};

/** What was begun and has an end in the list is told by its end. */
export function withoutBegun(events: AuditEvent[]): AuditEvent[] {
  const ended = new Set(events.filter((event) => event.result !== 'requested').map((event) => event.operation));
  return events.filter((event) => event.result !== 'requested' || !ended.has(event.operation));
}

export const results: Record<Result, { word: Key; color: string }> = {
  requested: { word: 'audit.requested', color: 'info' },
  done: { word: 'audit.done', color: 'neutral' },
  failed: { word: 'audit.failed', color: 'danger' },
  refused: { word: 'audit.refused', color: 'warning' },
};

/** What is done, in words; a word this page does not know is shown as it is. */
export function actionInWords(action: string): string {
  return actions[action] ? t(actions[action]) : action;
}

// Done to the own account, which need not be said twice.
const ownDeeds = ['signed_in', 'signed_out', 'password_changed'];
// Done by people the portal did not know; whatever else has no actor was done by the portal itself.
const deedsOfAnyone = ['sign_in_failed', 'refused'];

export function eventInWords({ actor, action, object }: Pick<AuditEvent, 'actor' | 'action' | 'object'>): string {
  const nobody = deedsOfAnyone.includes(action) ? t('audit.somebody') : t('audit.portal');
  const sentence = t('audit.sentence', { actor: actor || nobody, action: actionInWords(action) });
  return object && !(object === actor && ownDeeds.includes(action)) ? t('audit.withObject', { sentence, object }) : sentence;
}
