import { PasswordField } from '../base/fields';
import type { Errors } from '../base/form';
import { plural, t } from '../base/i18n';
import { usePortal } from '../base/portal';

export interface NewPassword {
  newPassword: string;
  newPasswordAgain: string;
}

export const noPassword: NewPassword = { newPassword: '', newPasswordAgain: '' };

/** What can be said before the portal is asked; whether a password is too common is for the portal to say. */
export function newPasswordErrors({ newPassword, newPasswordAgain }: NewPassword, minLength: number): Errors {
  const errors: Errors = {};
  if (newPassword === '') {
    errors.newPassword = [t('password.newMissing')];
  } else if ([...newPassword.normalize('NFC')].length < minLength) {
    errors.newPassword = [plural(minLength, { one: 'password.tooShort_one', other: 'password.tooShort_other' })];
  }
  if (newPassword !== '' && newPasswordAgain !== newPassword) {
    errors.newPasswordAgain = [t('password.notTheSame')];
  }
  return errors;
}

export function PasswordRules() {
  const minLength = usePortal()?.passwordMinLength ?? 15;
  return (
    <section class="stack" aria-labelledby="rules-title">
      <h2 class="ds-heading" data-size="2xs" id="rules-title">
        {t('password.rulesTitle')}
      </h2>
      <ul class="ds-list rules">
        <li>{plural(minLength, { one: 'password.ruleLength_one', other: 'password.ruleLength_other' })}</li>
        <li>{t('password.ruleCharacters')}</li>
        <li>{t('password.ruleCommon')}</li>
        <li>{t('password.ruleOwn')}</li>
      </ul>
    </section>
  );
}

interface NewPasswordFieldsProps {
  value: NewPassword;
  onChange: (value: NewPassword) => void;
  errors: Errors;
}

export function NewPasswordFields({ value, onChange, errors }: NewPasswordFieldsProps) {
  return (
    <>
      <PasswordField
        id="newPassword"
        label={t('password.new')}
        value={value.newPassword}
        onChange={(newPassword) => onChange({ ...value, newPassword })}
        errors={errors}
        autocomplete="new-password"
      />
      <PasswordField
        id="newPasswordAgain"
        label={t('password.again')}
        value={value.newPasswordAgain}
        onChange={(newPasswordAgain) => onChange({ ...value, newPasswordAgain })}
        errors={errors}
        autocomplete="new-password"
      />
    </>
  );
}
