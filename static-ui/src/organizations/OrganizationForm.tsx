import { useRef, useState } from 'preact/hooks';
import { asProblem } from '../base/api';
import { ConfirmDialog } from '../base/confirm';
import { TextField } from '../base/fields';
import { type Errors, ErrorSummary, SubmitButton, useForm } from '../base/form';
import { t } from '../base/i18n';

/** What people type about an organisation. */
export interface OrganizationFields {
  title: string;
  nihdi: string;
}

/** What is sent: `confirmSharedNihdi` once somebody knows that another organisation bears the number too. */
export interface OrganizationDraft extends OrganizationFields {
  revisionLog?: string;
  confirmSharedNihdi?: boolean;
}

interface OrganizationFormProps {
  /** What the fields show at first; left out for a new organisation. */
  initial?: OrganizationFields;
  submit: string;
  confirmShared: string;
  save: (draft: OrganizationDraft) => Promise<void>;
}

export function OrganizationForm({ submit, confirmShared, save, initial = { title: '', nihdi: '' } }: OrganizationFormProps) {
  const [title, setTitle] = useState(initial.title);
  const [nihdi, setNihdi] = useState(initial.nihdi);
  const [revisionLog, setRevisionLog] = useState('');
  const [consequence, setConsequence] = useState('');
  const shared = useRef(false);

  const check = () => {
    const errors: Errors = {};
    if (title.trim() === '') {
      errors.title = [t('organizationForm.titleMissing')];
    }
    if (nihdi.trim() === '') {
      errors.nihdi = [t('organizationForm.nihdiMissing')];
    }
    return errors;
  };

  const form = useForm(check, async () => {
    const draft: OrganizationDraft = { title: title.trim(), nihdi: nihdi.trim() };
    if (revisionLog.trim() !== '') {
      draft.revisionLog = revisionLog.trim();
    }
    if (shared.current) {
      draft.confirmSharedNihdi = true;
    }
    try {
      await save(draft);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code !== 'nihdi_in_use') {
        throw thrown;
      }
      setConsequence(problem.sentence);
    }
  });

  const saveAnyway = () => {
    setConsequence('');
    shared.current = true;
    void form.submit();
  };

  return (
    <>
      <ErrorSummary form={form} fields={['title', 'nihdi', 'revisionLog']} />
      <form class="ds-card form" noValidate onSubmit={form.submit}>
        <TextField id="title" label={t('organizationForm.title')} value={title} onChange={setTitle} errors={form.errors} />
        <TextField
          id="nihdi"
          label={t('organizationForm.nihdi')}
          hint={t('organizationForm.nihdiHint')}
          value={nihdi}
          onChange={(next) => {
            setNihdi(next);
            // What was confirmed was another number.
            shared.current = false;
          }}
          errors={form.errors}
        />
        <TextField
          id="revisionLog"
          label={t('organizationForm.log')}
          hint={t('organizationForm.logHint')}
          value={revisionLog}
          onChange={setRevisionLog}
          errors={form.errors}
        />
        <SubmitButton busy={form.busy}>{submit}</SubmitButton>
      </form>
      {consequence !== '' && (
        <ConfirmDialog
          title={t('organizationForm.sharedTitle')}
          confirm={confirmShared}
          keep={t('organizationForm.sharedKeep')}
          onConfirm={saveAnyway}
          onKeep={() => setConsequence('')}
        >
          <p>{consequence}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
