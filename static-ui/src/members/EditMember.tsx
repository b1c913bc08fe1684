import { useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { asProblem, get, patch, remove } from '../base/api';
import { ConfirmDialog } from '../base/confirm';
import { ErrorSummary, SubmitButton, useForm } from '../base/form';
import { formatList, language, t } from '../base/i18n';
import { Loading, ProblemNotice, useLoad, useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import { go, Link } from '../base/router';
import { type Role, roleNames } from '../session/membership';
import { appointsDpManagers, may } from '../session/permissions';
import { useSession } from '../session/session';
import { ConfirmRemoval } from './ConfirmRemoval';
import { type InOrganization, type Member, membersOf, sameRoles } from './member';
import { RoleBoxes } from './RoleBoxes';

export function EditMember({ accountId, ...inRoom }: InOrganization & { accountId: string }) {
  const address = `${membersOf(inRoom.organization.id)}/${accountId}`;
  const member = useLoad(() => get<Member>(address), [address, language()]);
  if (member.problem) {
    return member.problem.status === 404 ? <p>{t('members.gone')}</p> : <ProblemNotice problem={member.problem} again={member.again} />;
  }
  return member.value ? <RolesOf {...inRoom} address={address} member={member.value} onChange={member.setValue} /> : <Loading />;
}

interface RolesOfProps extends InOrganization {
  address: string;
  member: Member;
  onChange: (member: Member) => void;
}

const inWords = (roles: Role[]) => (roles.length === 0 ? t('members.noRole') : formatList(roles.map((role) => t(roleNames[role]))));

function RolesOf({ session, organization, address, member, onChange }: RolesOfProps) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const [roles, setRoles] = useState(member.roles);
  const [clash, setClash] = useState<{ mine: Role[]; turn: number }>();
  const [asked, ask] = useState<'loss' | 'removal'>();
  const { act, refused } = useAct();
  const list = membersOf(organization.id);
  const isOneself = member.accountId === session.account.id;
  const appoints = appointsDpManagers(session);

  const arrive = (at: string, notice: string) => {
    if (stillHere()) {
      go(at, { notice });
      if (isOneself) {
        refresh().catch(() => {});
      }
    }
  };

  const save = async () => {
    ask(undefined);
    setClash(undefined);
    try {
      await patch<Member>(address, { roles }, member.etag);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code !== 'changed_meanwhile' || !problem.current) {
        throw thrown;
      }
      const now = problem.current as Member;
      onChange(now);
      setClash((before) => ({ mine: roles, turn: (before?.turn ?? 0) + 1 }));
      setRoles(now.roles);
      return;
    }
    arrive(list, t('members.saved', { email: member.email }));
  };

  const form = useForm(
    () => ({}),
    async () => {
      if (isOneself && losesAccess(member.roles, roles)) {
        ask('loss');
        return;
      }
      await save();
    },
  );

  const removeMember = () =>
    act(async () => {
      ask(undefined);
      await remove(address);
      if (isOneself && !session.account.isUserManager) {
        arrive('/organizations', t('members.leftYourself', { organization: organization.title }));
      } else {
        arrive(list, t('members.removed', { email: member.email, organization: organization.title }));
      }
    });

  return (
    <div class="step">
      <h3 class="ds-heading break" data-size="xs">
        {member.email}
      </h3>
      <Refused problem={refused} />
      {clash && (
        <Notice key={clash.turn} color="warning">
          <div class="stack">
            <h4 class="ds-heading" data-size="2xs">
              {t('clash.title')}
            </h4>
            <p>{t('members.clash', { now: inWords(member.roles), mine: inWords(clash.mine) })}</p>
          </div>
        </Notice>
      )}
      <ErrorSummary form={form} fields={['roles']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <RoleBoxes chosen={roles} onChange={setRoles} appoints={appoints} errors={form.errors} />
        <div class="actions">
          <SubmitButton busy={form.busy}>{t('form.save')}</SubmitButton>
          <Link class="ds-button" data-variant="secondary" to={list}>
            {t('form.cancel')}
          </Link>
        </div>
      </form>
      {may('RemoveMember', session, organization.id) && (appoints || !member.roles.includes('dp_manager')) && (
        <button type="button" class="ds-button" data-variant="tertiary" data-color="danger" onClick={() => ask('removal')}>
          {t('members.remove')}
        </button>
      )}
      {asked === 'loss' && (
        <ConfirmDialog
          title={t('members.lossTitle')}
          confirm={t('form.save')}
          keep={t('form.cancel')}
          danger
          onConfirm={() => act(save)}
          onKeep={() => ask(undefined)}
        >
          <p>{t('members.lossText', { lost: inWords(member.roles.filter((role) => !roles.includes(role))), organization: organization.title })}</p>
        </ConfirmDialog>
      )}
      {asked === 'removal' && (
        <ConfirmRemoval
          member={member}
          organization={organization}
          isOneself={isOneself}
          onConfirm={removeMember}
          onKeep={() => ask(undefined)}
        />
      )}
    </div>
  );
}

/** The last role one has, or the one that lets one manage: nobody takes those from oneself by accident. */
function losesAccess(before: Role[], after: Role[]): boolean {
  const lost = before.filter((role) => !after.includes(role));
  return lost.length > 0 && (after.length === 0 || lost.includes('dp_manager')) && !sameRoles(before, after);
}
