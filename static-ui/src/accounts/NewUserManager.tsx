import { useState } from 'preact/hooks';
import { asProblem, get, type List, post } from '../base/api';
import { EmailField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { t } from '../base/i18n';
import { NotFound, Page } from '../base/page';
import { Link } from '../base/router';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import type { AccountView } from './account';
import { type Issued, IssuedPassword } from './IssuedPassword';

export function NewUserManager({ session }: { session: Session }) {
  const [email, setEmail] = useState('');
  const [issued, setIssued] = useState<Issued>();
  const [existing, setExisting] = useState<AccountView>();

  const form = useForm(
    () => {
      setExisting(undefined);
      setIssued(undefined);
      return email.trim() === '' ? { email: [t('members.emailMissing')] } : ({} as Errors);
    },
    async () => {
      try {
        const made = await post<{ account: AccountView; temporaryPassword: string; temporaryUntil: string }>('/accounts', { email: email.trim() });
        setIssued({
          email: made.account.email,
          password: made.temporaryPassword,
          until: made.temporaryUntil,
          sentence: t('accounts.added', { email: made.account.email }),
        });
        setEmail('');
      } catch (thrown) {
        if (asProblem(thrown).code === 'account_exists') {
          const { items } = await get<List<AccountView>>(`/accounts?search=${encodeURIComponent(email.trim())}`);
          setExisting(items.find((account) => account.email.toLowerCase() === email.trim().toLowerCase()));
        }
        throw thrown;
      }
    },
  );

  if (!may('AddUserManager', session)) {
    return <NotFound />;
  }
  return (
    <Page
      title={t('accounts.add')}
      lead={t('accounts.addLead')}
      trail={[
        { to: '/people', name: t('nav.people') },
        { to: '/accounts', name: t('accounts.title') },
      ]}
      narrow
    >
      {issued && <IssuedPassword issued={issued} onDone={() => (setIssued(undefined), document.getElementById('email')?.focus())} />}
      <ErrorSummary form={form} fields={['email']} />
      {existing && (
        <p>
          <Link class="ds-link" to={`/people/${existing.id}`}>
            {t('accounts.openExisting', { email: existing.email })}
          </Link>
        </p>
      )}
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <EmailField id="email" label={t('members.email')} value={email} onChange={setEmail} errors={form.errors} />
        <p>{t('members.passwordWillBeMade')}</p>
        <SubmitButton busy={form.busy}>{t('accounts.add')}</SubmitButton>
      </form>
    </Page>
  );
}
