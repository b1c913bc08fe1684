import { useState } from 'preact/hooks';
import { EmailField, PasswordField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { t } from '../base/i18n';
import { Page } from '../base/page';
import { usePortal } from '../base/portal';
import { ServiceDesk } from '../base/serviceDesk';
import { signIn, useSession } from '../session/session';

export function SignIn({ reason }: { reason: 'none' | 'over' | 'signedOut' }) {
  const { refresh } = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');

  const check = () => {
    const errors: Errors = {};
    if (email.trim() === '') {
      errors.email = [t('signIn.emailMissing')];
    }
    if (password === '') {
      errors.password = [t('signIn.passwordMissing')];
    }
    return errors;
  };

  const form = useForm(check, async () => {
    try {
      await signIn(email.trim(), password);
    } catch (thrown) {
      setPassword('');
      throw thrown;
    }
    await refresh();
  });

  return (
    <Page title={t('signIn.title')} lead={t('signIn.lead')} narrow>
      {reason === 'over' && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('signIn.sessionOver')}</p>
        </div>
      )}
      {reason === 'signedOut' && (
        <div class="ds-alert" data-color="info" role="status">
          <p>{t('signIn.signedOut')}</p>
        </div>
      )}
      <ErrorSummary form={form} fields={['email', 'password']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <EmailField
          id="email"
          label={t('signIn.email')}
          value={email}
          onChange={setEmail}
          errors={form.errors}
          autocomplete="username"
        />
        <PasswordField
          id="password"
          label={t('signIn.password')}
          value={password}
          onChange={setPassword}
          errors={form.errors}
          autocomplete="current-password"
        />
        <SubmitButton busy={form.busy}>{t('signIn.submit')}</SubmitButton>
      </form>
      <Help />
    </Page>
  );
}

function Help() {
  const serviceDesk = usePortal()?.serviceDesk;
  return (
    <section class="stack help" aria-labelledby="help-title">
      <h2 class="ds-heading" data-size="2xs" id="help-title">
        {t('signIn.helpTitle')}
      </h2>
      <p>{t('signIn.helpManager')}</p>
      <p>
        {serviceDesk ? (
          <>
            {t('signIn.helpServiceDesk')} <ServiceDesk address={serviceDesk} />
          </>
        ) : (
          t('signIn.helpWithoutServiceDesk')
        )}
      </p>
    </section>
  );
}
