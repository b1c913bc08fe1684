import { post } from '../base/api';
import { t } from '../base/i18n';
import type { Issued } from './IssuedPassword';

/** A new temporary password for somebody who has lost the own one, or never used the one before. */
export async function issueTemporaryPassword(accountId: string, email: string): Promise<Issued> {
  const answer = await post<{ temporaryPassword: string; temporaryUntil: string | null }>(`/accounts/${accountId}/temporary-password`, {});
  return { email, password: answer.temporaryPassword, until: answer.temporaryUntil, sentence: t('issued.renewed', { email }) };
}
