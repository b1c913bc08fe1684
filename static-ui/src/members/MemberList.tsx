import { useState } from 'preact/hooks';
import { ConfirmNewPassword } from '../accounts/ConfirmNewPassword';
import { issueTemporaryPassword } from '../accounts/issue';
import { type Issued, IssuedPassword } from '../accounts/IssuedPassword';
import { Refused, useAct } from '../base/act';
import { fileAddress, remove } from '../base/api';
import { SearchField, SelectField } from '../base/fields';
import { t } from '../base/i18n';
import { More, useListing, useSearch } from '../base/listing';
import { Loading, ProblemNotice, useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import { go, Link } from '../base/router';
import { roleNames, roles } from '../session/membership';
import { may } from '../session/permissions';
import { useSession } from '../session/session';
import { ConfirmRemoval } from './ConfirmRemoval';
import { type InOrganization, type Member, membersOf } from './member';
import { MemberTable } from './MemberTable';

interface MemberListProps extends InOrganization {
  issued: Issued | undefined;
  onIssued: (issued: Issued | undefined) => void;
}

export function MemberList({ session, organization, issued, onIssued }: MemberListProps) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const base = membersOf(organization.id);
  const { typed, setTyped, search } = useSearch();
  const [role, setRole] = useState('');
  const [sort, setSort] = useState('email');
  const [asked, ask] = useState<{ what: 'remove' | 'password'; member: Member }>();
  const [done, setDone] = useState({ sentence: '', turn: 0 });
  const { act, refused } = useAct();
  const list = useListing<Member>(base, { search, role, sort }, { one: 'members.found_one', other: 'members.found_other' });
  const allowed = (call: string) => may(call, session, organization.id);

  const removeAsked = () =>
    act(async () => {
      const { member } = asked!;
      ask(undefined);
      onIssued(undefined);
      await remove(`${base}/${member.accountId}`);
      if (!stillHere()) {
        return;
      }
      if (member.accountId === session.account.id) {
        refresh().catch(() => {});
        if (!session.account.isUserManager) {
          go('/organizations', { notice: t('members.leftYourself', { organization: organization.title }) });
          return;
        }
      }
      setDone(({ turn }) => ({ sentence: t('members.removed', { email: member.email, organization: organization.title }), turn: turn + 1 }));
      await list.again();
    });

  const issueAsked = () =>
    act(async () => {
      const { member } = asked!;
      ask(undefined);
      onIssued(undefined);
      setDone(({ turn }) => ({ sentence: '', turn }));
      const fresh = await issueTemporaryPassword(member.accountId, member.email);
      if (stillHere()) {
        onIssued(fresh);
        await list.again();
      }
    });

  return (
    <div class="stack">
      {issued && <IssuedPassword issued={issued} onDone={() => (onIssued(undefined), list.heading.current?.focus())} />}
      {done.sentence !== '' && (
        <Notice key={done.turn}>
          <p>{done.sentence}</p>
        </Notice>
      )}
      <Refused problem={refused} />
      <div class="actions">
        {allowed('AddMember') && (
          <Link class="ds-button" to={`${base}/add`}>
            {issued ? t('members.addAnother') : t('members.add')}
          </Link>
        )}
        {allowed('ImportMembers') && (
          <Link class="ds-button" data-variant="secondary" to={`${base}/import`}>
            {t('members.import')}
          </Link>
        )}
        {allowed('ExportMembers') && (
          <a class="ds-button" data-variant="secondary" href={fileAddress(`${base}.csv`)} download="">
            {t('members.export')}
          </a>
        )}
      </div>
      <div class="filters">
        <SearchField id="member-search" label={t('members.search')} value={typed} onChange={setTyped} />
        <SelectField
          id="member-role"
          label={t('members.role')}
          value={role}
          onChange={setRole}
          prompt={t('members.everyRole')}
          choices={roles.map((value) => ({ value, label: t(roleNames[value]) }))}
        />
      </div>
      <h3 class="ds-sr-only" tabIndex={-1} ref={list.heading}>
        {t('members.listOf', { organization: organization.title })}
      </h3>
      {list.problem ? (
        <ProblemNotice problem={list.problem} again={list.again} />
      ) : !list.items ? (
        <Loading />
      ) : list.items.length === 0 ? (
        <p class="subtle">{search === '' && role === '' ? t('members.none') : t('members.nothingFound')}</p>
      ) : (
        <MemberTable
          session={session}
          organization={organization}
          members={list.items}
          sort={sort}
          onSort={setSort}
          onRemove={(member) => ask({ what: 'remove', member })}
          onNewPassword={(member) => ask({ what: 'password', member })}
        />
      )}
      <More listing={list} />
      {asked?.what === 'remove' && (
        <ConfirmRemoval
          member={asked.member}
          organization={organization}
          isOneself={asked.member.accountId === session.account.id}
          onConfirm={removeAsked}
          onKeep={() => ask(undefined)}
        />
      )}
      {asked?.what === 'password' && (
        <ConfirmNewPassword email={asked.member.email} onConfirm={issueAsked} onKeep={() => ask(undefined)} />
      )}
    </div>
  );
}
