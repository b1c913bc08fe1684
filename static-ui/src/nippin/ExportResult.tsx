import { SelectField } from '../base/fields';
import { SubmitButton, type useForm } from '../base/form';
import { t } from '../base/i18n';
import { type Profile, profileName, profiles } from '../exports/export';

interface ExportResultProps {
  form: ReturnType<typeof useForm>;
  profile: Profile;
  onProfile: (profile: Profile) => void;
  /** It may be asked for all the same. */
  isEmpty: boolean;
  requested: boolean;
}

/** Asks for the file of the period that is chosen beside it. */
export function ExportResult({ form, profile, onProfile, isEmpty, requested }: ExportResultProps) {
  return (
    <form class="form export-result" noValidate onSubmit={form.submit} aria-label={t('nippin.export')}>
      <SelectField
        id="profile"
        label={t('csv.profile')}
        value={profile}
        onChange={(value) => onProfile(value as Profile)}
        errors={form.errors}
        hint={t('nippin.exportHint')}
        choices={profiles.map(({ value }) => ({ value, label: t(profileName('nippin', value)) }))}
      />
      <div class="actions">
        <SubmitButton busy={form.busy}>{t('nippin.export')}</SubmitButton>
        {isEmpty && !requested && (
          <p class="subtle" data-testid="empty-period">
            {t('nippin.exportEmpty')}
          </p>
        )}
        {requested && (
          <p class="ds-validation-message" data-color="success">
            {t('nippin.exportRequested')} <ToExports />
          </p>
        )}
      </div>
    </form>
  );
}

/** The list stands beneath the registrations, of which there may be many. */
export function ToExports() {
  const lead = (event: Event) => {
    event.preventDefault();
    document.getElementById('exports-title')?.focus();
  };
  return (
    <a class="ds-link" href="#exports-title" onClick={lead}>
      {t('nippin.toExports')}
    </a>
  );
}
