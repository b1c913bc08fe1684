import { StateOfAccount } from '../accounts/AccountState';
import { formatTime, t } from '../base/i18n';
import { SortHeader } from '../base/listing';
import { Menu } from '../base/menu';
import { Link } from '../base/router';
import { appointsDpManagers, may } from '../session/permissions';
import { RoleTags } from '../session/RoleTags';
import { type InOrganization, type Member, membersOf } from './member';

interface MemberTableProps extends InOrganization {
  members: Member[];
  sort: string;
  onSort: (sort: string) => void;
  onRemove: (member: Member) => void;
  onNewPassword: (member: Member) => void;
}

export function MemberTable({ session, organization, members, sort, onSort, onRemove, onNewPassword }: MemberTableProps) {
  const allowed = (call: string) => may(call, session, organization.id);
  const manages = allowed('EditMember');

  return (
    <table class="ds-table listing members" data-border>
      <caption class="ds-sr-only">{t('members.listOf', { organization: organization.title })}</caption>
      <thead>
        <tr>
          <SortHeader column="email" sort={sort} onSort={onSort}>
            {t('members.email')}
          </SortHeader>
          <th scope="col">{t('members.roles')}</th>
          {manages && <th scope="col">{t('members.state')}</th>}
          {manages && <th scope="col">{t('members.actions')}</th>}
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <tr key={member.accountId}>
            <th scope="row" class="break">
              <Email member={member} isOneself={member.accountId === session.account.id} linked={allowed('ShowAccount')} />
            </th>
            <td>
              {member.roles.length > 0 || member.isUserManager ? (
                <RoleTags roles={member.roles} label={t('members.rolesOf', { email: member.email })} />
              ) : (
                <span class="subtle">{t('members.noRole')}</span>
              )}
            </td>
            {manages && (
              <td>
                <StateOfAccount state={member.state} temporaryUntil={member.temporaryUntil} />
                <span class="subtle cell-note number">
                  {member.lastSignIn ? t('members.lastSignInAt', { time: formatTime(member.lastSignIn) }) : t('members.neverSignedIn')}
                </span>
              </td>
            )}
            {manages && (
              <td>
                <Actions
                  member={member}
                  edit={`${membersOf(organization.id)}/${member.accountId}`}
                  removable={allowed('RemoveMember') && (appointsDpManagers(session) || !member.roles.includes('dp_manager'))}
                  resettable={
                    allowed('IssueTemporaryPassword') &&
                    member.accountId !== session.account.id &&
                    (session.account.isUserManager || !(member.isUserManager || member.roles.includes('dp_manager')))
                  }
                  onRemove={onRemove}
                  onNewPassword={onNewPassword}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One's own address leads to My account, where the password is changed; that of others to what there is to know about them. */
function Email({ member, isOneself, linked }: { member: Member; isOneself: boolean; linked: boolean }) {
  return (
    <>
      {isOneself ? (
        <Link class="ds-link" to="/account" title={t('account.title')}>
          {member.email}
        </Link>
      ) : linked ? (
        <Link class="ds-link" to={`/people/${member.accountId}`}>
          {member.email}
        </Link>
      ) : (
        member.email
      )}
      {isOneself && <span class="subtle"> {t('members.you')}</span>}
      {member.isUserManager && <span class="subtle cell-note">{t('role.userManager')}</span>}
    </>
  );
}

interface ActionsProps {
  member: Member;
  edit: string;
  removable: boolean;
  resettable: boolean;
  onRemove: (member: Member) => void;
  onNewPassword: (member: Member) => void;
}

function Actions({ member, edit, removable, resettable, onRemove, onNewPassword }: ActionsProps) {
  const more = [
    ...(resettable ? [{ label: t('members.newPassword'), onChoose: () => onNewPassword(member) }] : []),
    ...(removable ? [{ label: t('members.remove'), danger: true, onChoose: () => onRemove(member) }] : []),
  ];
  return (
    <div class="row-actions">
      <Link class="ds-button" data-size="sm" data-variant="secondary" to={edit}>
        {t('members.edit')} <span class="ds-sr-only">{member.email}</span>
      </Link>
      {more.length > 0 && <Menu label={t('members.more', { email: member.email })} items={more} />}
    </div>
  );
}
