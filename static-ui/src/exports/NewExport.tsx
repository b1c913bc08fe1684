import { useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import { ChoicesField, SelectField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { plural, t } from '../base/i18n';
import { type CsvRequest, type Export, type Profile, profiles, type Registry, requestExport } from './export';

interface NewExportProps {
  organizationId: string;
  registries: Registry[];
  onRequested: (requested: Export) => void;
}

export function NewExport({ organizationId, registries, onRequested }: NewExportProps) {
  const [chosen, choose] = useState({ project: '', collection: '', version: '' });
  const [profile, setProfile] = useState<Profile>('hd4dp');
  const [requested, setRequested] = useState(false);

  // Where there is only one to choose, it is chosen.
  const registry = only(registries) ?? registries.find(({ project }) => project === chosen.project);
  const collections = registry?.collections ?? [];
  const collection = only(collections) ?? collections.find(({ name }) => name === chosen.collection);
  const versions = collection?.versions ?? [];
  const version = only(versions) ?? versions.find((name) => name === chosen.version);

  const check = () => {
    setRequested(false);
    const errors: Errors = {};
    if (!registry) {
      errors.project = [t('csv.projectMissing')];
    }
    if (!collection) {
      errors.collection = [t('csv.collectionMissing')];
    }
    if (version === undefined) {
      errors.version = [t('csv.versionMissing')];
    }
    return errors;
  };

  const form = useForm(check, async () => {
    const request: CsvRequest = { kind: 'csv', project: registry!.project, collection: collection!.name, version: version!, profile };
    onRequested(await requestExport(organizationId, request));
    setRequested(true);
    announce(t('csv.requested'));
  });

  return (
    <>
      <ErrorSummary form={form} fields={['project', 'collection', 'version', 'profile']} />
      <form class="ds-card form export-form" noValidate onSubmit={form.submit}>
        <div class="export-form__choices">
          <SelectField
            id="project"
            label={t('csv.project')}
            value={registry?.project ?? ''}
            onChange={(project) => choose({ project, collection: '', version: '' })}
            errors={form.errors}
            prompt={t('csv.projectPrompt')}
            choices={registries.map(({ project, name }) => ({
              value: project,
              label: name === project || name === '' ? project : `${project} – ${name}`,
            }))}
          />
          <SelectField
            id="collection"
            label={t('csv.collection')}
            value={collection?.name ?? ''}
            onChange={(name) => choose({ ...chosen, collection: name, version: '' })}
            errors={form.errors}
            prompt={registry ? t('csv.collectionPrompt') : t('csv.projectFirst')}
            choices={collections.map(({ name, label, registrations }) => ({
              value: name,
              label: `${label || name} (${plural(registrations, { one: 'csv.registrations_one', other: 'csv.registrations_other' })})`,
            }))}
          />
          <SelectField
            id="version"
            label={t('csv.version')}
            value={version ?? ''}
            onChange={(name) => choose({ ...chosen, version: name })}
            errors={form.errors}
            prompt={collection ? t('csv.versionPrompt') : t('csv.collectionFirst')}
            choices={versions.map((name) => ({ value: name, label: t('csv.versionNumber', { version: name }) }))}
          />
        </div>
        <ChoicesField
          id="profile"
          type="radio"
          label={t('csv.profile')}
          chosen={[profile]}
          onChoose={(value) => setProfile(value as Profile)}
          errors={form.errors}
          choices={profiles.map(({ value, name, hint }) => ({ value, label: t(name), hint: t(hint) }))}
        />
        <div class="actions">
          <SubmitButton busy={form.busy}>{t('csv.submit')}</SubmitButton>
          {requested && (
            <p class="ds-validation-message" data-color="success">
              {t('csv.requested')}
            </p>
          )}
        </div>
      </form>
    </>
  );
}

function only<T>(items: T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}
