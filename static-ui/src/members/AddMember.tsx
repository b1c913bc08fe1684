import { useState } from 'preact/hooks';
import type { Issued } from '../accounts/IssuedPassword';
import { get, type List, post } from '../base/api';
import { EmailField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { type Key, t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { go, Link } from '../base/router';
import type { Role } from '../session/membership';
import { appointsDpManagers } from '../session/permissions';
import { type Session, useSession } from '../session/session';
import { type InOrganization, type Member, membersOf } from './member';
import { RoleBoxes } from './RoleBoxes';
import { type Found, WhoIsIt } from './WhoIsIt';

interface Added {
  member: Member;
  temporaryPassword: string | null;
  temporaryUntil: string | null;
}

/** First the e-mail alone; then, for whoever it is, the roles. */
export function AddMember({ session, organization, onIssued }: InOrganization & { onIssued: (issued: Issued) => void }) {
  const [email, setEmail] = useState('');
  const [found, setFound] = useState<Found>();

  const ask = useForm(
    () => (email.trim() === '' ? { email: [t('members.emailMissing')] } : ({} as Errors)),
    async () => {
      const answer = await post<Found>('/accounts/lookup', { email: email.trim(), organizationId: organization.id });
      setFound(answer.member ? { ...answer, accountId: await memberWith(email.trim(), organization.id) } : answer);
    },
  );

  if (found === undefined) {
    return (
      <div class="step">
        <ErrorSummary form={ask} fields={['email']} />
        <form class="ds-card form" noValidate onSubmit={ask.submit}>
          <EmailField id="email" label={t('members.email')} hint={t('members.emailHint')} value={email} onChange={setEmail} errors={ask.errors} />
          <SubmitButton busy={ask.busy}>{t('form.next')}</SubmitButton>
        </form>
      </div>
    );
  }
  return (
    <div class="step">
      <WhoIsIt email={email.trim()} found={found} organization={organization} />
      {found.member ? (
        <p class="actions">
          {found.accountId && (
            <Link class="ds-button" to={`${membersOf(organization.id)}/${found.accountId}`}>
              {t('members.edit')}
            </Link>
          )}
          <Link class="ds-button" data-variant="secondary" to={membersOf(organization.id)}>
            {t('members.toList')}
          </Link>
        </p>
      ) : (
        <GiveRoles session={session} organization={organization} email={email.trim()} password={passwordFor(found, session)} onIssued={onIssued} />
      )}
      <button type="button" class="ds-button" data-variant="tertiary" onClick={() => setFound(undefined)}>
        {t('members.otherEmail')}
      </button>
    </div>
  );
}

/** Somebody new is given a temporary password; so is who has not used the own one yet, unless it is that of a User Manager above oneself. */
function passwordFor(found: Found, session: Session): Key | undefined {
  if (!found.exists) {
    return 'members.passwordWillBeMade';
  }
  const unused = found.state === 'temporary_password' || found.state === 'temporary_password_expired';
  return unused && (session.account.isUserManager || !found.isUserManager) ? 'members.passwordWillBeRenewed' : undefined;
}

async function memberWith(email: string, organizationId: string): Promise<string | undefined> {
  const { items } = await get<List<Member>>(`${membersOf(organizationId)}?search=${encodeURIComponent(email)}`);
  return items.find((member) => member.email.toLowerCase() === email.toLowerCase())?.accountId;
}

interface GiveRolesProps extends InOrganization {
  email: string;
  /** What is to be said about a temporary password, if there will be one. */
  password: Key | undefined;
  onIssued: (issued: Issued) => void;
}

function GiveRoles({ session, organization, email, password, onIssued }: GiveRolesProps) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const [roles, setRoles] = useState<Role[]>([]);
  const form = useForm(
    () => ({}),
    async () => {
      const { member, temporaryPassword, temporaryUntil } = await post<Added>(membersOf(organization.id), { email, roles });
      if (!stillHere()) {
        return;
      }
      const sentence = t('members.added', { email: member.email, organization: organization.title });
      if (temporaryPassword !== null) {
        onIssued({ email: member.email, password: temporaryPassword, until: temporaryUntil, sentence });
      }
      go(membersOf(organization.id), { notice: temporaryPassword === null ? sentence : '' });
      if (member.accountId === session.account.id) {
        refresh().catch(() => {});
      }
    },
  );
  return (
    <>
      <ErrorSummary form={form} fields={['roles']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <RoleBoxes chosen={roles} onChange={setRoles} appoints={appointsDpManagers(session)} errors={form.errors} />
        <p class="subtle">{t('members.noRoleHint')}</p>
        {password && <p>{t(password)}</p>}
        <SubmitButton busy={form.busy}>{t('members.add')}</SubmitButton>
      </form>
    </>
  );
}
