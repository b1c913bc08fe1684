import { useState } from 'preact/hooks';
import { post } from '../base/api';
import { TextArea } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { plural, t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { Link } from '../base/router';
import { useSession } from '../session/session';
import { ImportPreview } from './ImportPreview';
import { ImportResult } from './ImportResult';
import { type InOrganization, membersOf } from './member';
import { downloadText, type Import, sample } from './memberCsv';

/** First the file and a look at what it would do, then all of it or nothing. */
export function ImportMembers({ organization }: InOrganization) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  const [csv, setCsv] = useState('');
  const [preview, setPreview] = useState<Import>();
  const [result, setResult] = useState<Import>();
  const address = `${membersOf(organization.id)}/import`;

  const look = useForm(
    () => (csv.trim() === '' ? { csv: [t('import.missing')] } : ({} as Errors)),
    async () => {
      setPreview(undefined);
      const answer = await post<Import>(address, { csv, apply: false });
      if (stillHere()) {
        setPreview(answer);
      }
    },
  );

  const apply = useForm(
    () => ({}),
    async () => {
      const answer = await post<Import>(address, { csv, apply: true });
      if (!stillHere()) {
        return;
      }
      if (answer.applied) {
        setResult(answer);
        setCsv('');
        // One may be among them.
        refresh().catch(() => {});
      }
      // Something has changed since the preview: it is shown as it is now.
      setPreview(answer.applied ? undefined : answer);
    },
  );

  const read = async (event: Event & { currentTarget: HTMLInputElement }) => {
    const input = event.currentTarget;
    const file = input.files?.[0];
    if (file) {
      setPreview(undefined);
      setCsv(await file.text());
      // The same file may be chosen again after it was mended.
      input.value = '';
    }
  };

  if (result) {
    return <ImportResult result={result} organization={organization} onAgain={() => setResult(undefined)} />;
  }
  const wanted = preview?.rows.filter(({ outcome }) => outcome === 'add' || outcome === 'change').length ?? 0;
  return (
    <div class="stack">
      <p>{t('import.lead')}</p>
      <p class="actions">
        <button type="button" class="ds-button" data-variant="tertiary" onClick={() => setCsv(sample)}>
          {t('import.useSample')}
        </button>
        <button type="button" class="ds-button" data-variant="tertiary" onClick={() => downloadText('members-sample.csv', sample)}>
          {t('import.downloadSample')}
        </button>
      </p>
      <ErrorSummary form={look} fields={['csv']} />
      <form class="ds-card form" noValidate onSubmit={look.submit}>
        <div class="ds-field">
          <label class="ds-label" for="file">
            {t('import.file')}
          </label>
          <input class="ds-input" id="file" type="file" accept=".csv,.txt,text/csv,text/plain" onChange={read} />
        </div>
        <TextArea
          id="csv"
          label={t('import.csv')}
          hint={t('import.csvHint')}
          rows={8}
          value={csv}
          onChange={(next) => {
            setCsv(next);
            setPreview(undefined);
          }}
          errors={look.errors}
        />
        <SubmitButton busy={look.busy}>{t('import.look')}</SubmitButton>
      </form>
      {preview && (
        <>
          <ImportPreview preview={preview} />
          <ErrorSummary form={apply} fields={[]} />
          {preview.faults === 0 && wanted > 0 && (
            <form class="actions" onSubmit={apply.submit}>
              <SubmitButton busy={apply.busy}>{plural(wanted, { one: 'import.apply_one', other: 'import.apply_other' })}</SubmitButton>
              <Link class="ds-button" data-variant="secondary" to={membersOf(organization.id)}>
                {t('form.cancel')}
              </Link>
            </form>
          )}
        </>
      )}
    </div>
  );
}
