import { useState } from 'preact/hooks';
import type { useAct } from '../base/act';
import { asProblem, patch, Problem, remove } from '../base/api';
import { ConfirmDialog } from '../base/confirm';
import { type Key, t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import { go } from '../base/router';
import { may } from '../session/permissions';
import { type Session, useSession } from '../session/session';
import type { AccountView, Person } from './account';
import { ConfirmNewPassword } from './ConfirmNewPassword';
import { issueTemporaryPassword } from './issue';
import type { Issued } from './IssuedPassword';

interface PersonActionsProps {
  session: Session;
  person: Person;
  acting: ReturnType<typeof useAct>;
  onChange: (person: Person) => void;
  onIssued: (issued: Issued | undefined) => void;
}

type Asked = 'make' | 'unmake' | 'password' | 'cancel';

export function PersonActions({ session, person, acting: { act }, onChange, onIssued }: PersonActionsProps) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const [asked, ask] = useState<Asked>();
  const [done, setDone] = useState({ sentence: '', turn: 0 });
  const isOneself = person.id === session.account.id;
  const { email } = person;
  const everywhere = may('ShowAccount', session);
  const mayIssue =
    !isOneself &&
    (everywhere ||
      (!person.isUserManager &&
        !person.memberships.some(({ roles }) => roles.includes('dp_manager')) &&
        person.memberships.some(({ organizationId }) => may('IssueTemporaryPassword', session, organizationId))));

  const say = (sentence: string) => setDone(({ turn }) => ({ sentence, turn: turn + 1 }));
  const begin = () => {
    ask(undefined);
    onIssued(undefined);
    setDone(({ turn }) => ({ sentence: '', turn }));
  };

  const setUserManager = (isUserManager: boolean, sentence: Key) =>
    act(async () => {
      begin();
      try {
        const changed = await patch<AccountView>(`/accounts/${person.id}`, { isUserManager }, person.etag);
        onChange({ ...person, ...changed });
      } catch (thrown) {
        const problem = asProblem(thrown);
        if (problem.code !== 'changed_meanwhile' || !problem.current) {
          throw thrown;
        }
        onChange({ ...person, ...(problem.current as AccountView) });
        throw new Problem(412, problem.code, t('person.clash'));
      }
      if (!stillHere()) {
        return;
      }
      if (isOneself) {
        // This page may no longer be one's own to see; home asks anew for what is.
        go('/', { notice: t(sentence, { email }) });
      } else {
        say(t(sentence, { email }));
      }
    });

  const issue = () =>
    act(async () => {
      begin();
      const fresh = await issueTemporaryPassword(person.id, email);
      if (stillHere()) {
        onIssued(fresh);
        onChange({ ...person, state: 'temporary_password', temporaryUntil: fresh.until });
      }
    });

  const cancelAccount = () =>
    act(async () => {
      begin();
      await remove(`/accounts/${person.id}`);
      if (isOneself) {
        await refresh();
      } else if (stillHere()) {
        go('/accounts', { notice: t('person.cancelled', { email }) });
      }
    });

  const questions: Record<Exclude<Asked, 'password'>, { title: Key; text: Key; own: Key; confirm: Key; danger: boolean; do: () => void }> = {
    make: {
      title: 'person.makeTitle',
      text: 'person.makeText',
      own: 'person.makeText',
      confirm: 'person.make',
      danger: false,
      do: () => setUserManager(true, 'person.made'),
    },
    unmake: {
      title: 'person.unmakeTitle',
      text: 'person.unmakeText',
      own: 'person.unmakeYourself',
      confirm: 'person.unmake',
      danger: true,
      do: () => setUserManager(false, 'person.unmade'),
    },
    cancel: {
      title: 'person.cancelTitle',
      text: 'person.cancelText',
      own: 'person.cancelYourself',
      confirm: 'person.cancel',
      danger: true,
      do: cancelAccount,
    },
  };
  const question = asked !== undefined && asked !== 'password' ? questions[asked] : undefined;

  return (
    <>
      {done.sentence !== '' && (
        <Notice key={done.turn}>
          <p>{done.sentence}</p>
        </Notice>
      )}
      <div class="actions">
        {may('ChangeUserManager', session) && (
          <button type="button" class="ds-button" data-variant="secondary" onClick={() => ask(person.isUserManager ? 'unmake' : 'make')}>
            {person.isUserManager ? t('person.unmake') : t('person.make')}
          </button>
        )}
        {mayIssue && (
          <button type="button" class="ds-button" data-variant="secondary" onClick={() => ask('password')}>
            {t('members.newPassword')}
          </button>
        )}
        {may('CancelAccount', session) && (
          <button type="button" class="ds-button" data-variant="tertiary" data-color="danger" onClick={() => ask('cancel')}>
            {t('person.cancel')}
          </button>
        )}
      </div>
      {asked === 'password' && <ConfirmNewPassword email={email} onConfirm={issue} onKeep={() => ask(undefined)} />}
      {question && (
        <ConfirmDialog
          title={t(question.title, { email })}
          confirm={t(question.confirm)}
          keep={t('form.cancel')}
          danger={question.danger}
          onConfirm={question.do}
          onKeep={() => ask(undefined)}
        >
          <p>{t(question.text)}</p>
          {isOneself && question.own !== question.text && (
            <p>
              <strong>{t(question.own)}</strong>
            </p>
          )}
        </ConfirmDialog>
      )}
    </>
  );
}
