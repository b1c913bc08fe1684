import { useState } from 'preact/hooks';
import { asProblem, put } from '../base/api';
import { PasswordField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { t } from '../base/i18n';
import { Notice } from '../base/notice';
import { Page } from '../base/page';
import { usePortal } from '../base/portal';
import { type Session, useSession } from '../session/session';
import { FailedSignIns } from './FailedSignIns';
import { newPasswordErrors, NewPasswordFields, noPassword, PasswordRules } from './newPassword';
import { OwnAccess } from './OwnAccess';
import { OwnSessions } from './OwnSessions';

export function MyAccount({ session }: { session: Session }) {
  const { refresh } = useSession();
  const minLength = usePortal()?.passwordMinLength ?? 15;
  const [currentPassword, setCurrentPassword] = useState('');
  const [chosen, choose] = useState(noPassword);
  const [changed, setChanged] = useState(false);

  const check = () => {
    setChanged(false);
    const errors: Errors = {};
    if (currentPassword === '') {
      errors.currentPassword = [t('account.currentMissing')];
    }
    return { ...errors, ...newPasswordErrors(chosen, minLength) };
  };

  const form = useForm(check, async () => {
    try {
      await put('/account/password', { currentPassword, ...chosen });
    } catch (thrown) {
      if (asProblem(thrown).errors.currentPassword) {
        setCurrentPassword('');
      }
      choose(noPassword);
      throw thrown;
    }
    setCurrentPassword('');
    choose(noPassword);
    await refresh();
    setChanged(true);
  });

  return (
    <Page title={t('account.title')} inner narrow>
      {changed && (
        <Notice>
          <p>{t('password.changed')}</p>
        </Notice>
      )}
      <ErrorSummary form={form} fields={['currentPassword', 'newPassword', 'newPasswordAgain']} />
      <dl class="facts">
        <div>
          <dt>{t('account.email')}</dt>
          <dd>{session.account.email}</dd>
        </div>
      </dl>
      <form class="ds-card form" noValidate onSubmit={form.submit} aria-labelledby="change-title">
        <h2 class="ds-heading" data-size="sm" id="change-title">
          {t('account.changeTitle')}
        </h2>
        <input hidden readOnly type="text" name="username" autocomplete="username" value={session.account.email} />
        <PasswordField
          id="currentPassword"
          label={t('account.current')}
          value={currentPassword}
          onChange={setCurrentPassword}
          errors={form.errors}
          autocomplete="current-password"
        />
        <PasswordRules />
        <NewPasswordFields value={chosen} onChange={choose} errors={form.errors} />
        <SubmitButton busy={form.busy}>{t('account.submit')}</SubmitButton>
      </form>
      <OwnAccess session={session} />
      {/* Another password is another session, and ends the others. */}
      <OwnSessions key={session.csrfToken} />
      <FailedSignIns />
    </Page>
  );
}
