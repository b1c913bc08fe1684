import { useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import { asProblem, put } from '../base/api';
import { PasswordField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { t } from '../base/i18n';
import { Page } from '../base/page';
import { usePortal } from '../base/portal';
import { forgetTemporaryPassword, knownTemporaryPassword, useSession } from '../session/session';
import { newPasswordErrors, NewPasswordFields, noPassword, PasswordRules } from './newPassword';

/** The first sign-in: the password someone else has chosen is replaced before anything else. */
export function TemporaryPassword({ email }: { email: string }) {
  const { refresh } = useSession();
  const minLength = usePortal()?.passwordMinLength ?? 15;
  const [known, setKnown] = useState(knownTemporaryPassword() !== '');
  const [currentPassword, setCurrentPassword] = useState('');
  const [chosen, choose] = useState(noPassword);

  const check = () => {
    const errors: Errors = {};
    if (!known && currentPassword === '') {
      errors.currentPassword = [t('welcome.temporaryMissing')];
    }
    return { ...errors, ...newPasswordErrors(chosen, minLength) };
  };

  const form = useForm(check, async () => {
    try {
      await put('/account/password', { currentPassword: known ? knownTemporaryPassword() : currentPassword, ...chosen });
    } catch (thrown) {
      const { errors } = asProblem(thrown);
      if (errors.currentPassword) {
        forgetTemporaryPassword();
        setKnown(false);
        setCurrentPassword('');
      }
      choose(noPassword);
      throw thrown;
    }
    forgetTemporaryPassword();
    announce(t('password.changed'));
    await refresh();
  });

  return (
    <Page title={t('welcome.title')} lead={t('welcome.lead')} narrow>
      <ErrorSummary form={form} fields={['currentPassword', 'newPassword', 'newPasswordAgain']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        {/* Tells a password manager whose password this is. */}
        <input hidden readOnly type="text" name="username" autocomplete="username" value={email} />
        <PasswordRules />
        {!known && (
          <PasswordField
            id="currentPassword"
            label={t('welcome.temporary')}
            value={currentPassword}
            onChange={setCurrentPassword}
            errors={form.errors}
            autocomplete="current-password"
          />
        )}
        <NewPasswordFields value={chosen} onChange={choose} errors={form.errors} />
        <SubmitButton busy={form.busy}>{t('welcome.submit')}</SubmitButton>
      </form>
    </Page>
  );
}
