import { useEffect, useState } from 'preact/hooks';
import { ConfirmDialog } from '../base/confirm';
import { TextArea } from '../base/fields';
import { useForm } from '../base/form';
import { formatDate, t } from '../base/i18n';
import { activate, type Certificate } from './certificate';

interface RollBackProps {
  organizationId: string;
  certificate: Certificate;
  onDone: () => void;
  onKeep: () => void;
}

/** Asks why an earlier version is to be used again, and makes it so. */
export function RollBack({ organizationId, certificate, onDone, onKeep }: RollBackProps) {
  const { id, fileName, notAfter } = certificate;
  const [reason, setReason] = useState('');
  const form = useForm(
    () => (reason.trim() === '' ? { reason: [t('rollBack.reasonMissing')] } : ({} as Record<string, string[]>)),
    async () => {
      await activate(organizationId, id, reason.trim());
      onDone();
    },
  );
  const refusal = Object.keys(form.errors).length === 0 ? form.sentence : '';

  useEffect(() => {
    if (form.attempt > 0) {
      document.getElementById('reason')?.focus();
    }
  }, [form.attempt]);

  return (
    <ConfirmDialog
      title={t('rollBack.title')}
      confirm={t('rollBack.confirm')}
      keep={t('form.cancel')}
      busy={form.busy}
      onConfirm={() => form.submit()}
      onKeep={onKeep}
      fields={
        <>
          {refusal !== '' && (
            <div class="ds-alert" data-color="danger" role="alert">
              <p>{refusal}</p>
            </div>
          )}
          <TextArea
            id="reason"
            label={t('rollBack.reason')}
            hint={t('rollBack.reasonHint')}
            value={reason}
            onChange={setReason}
            errors={form.errors}
          />
        </>
      }
    >
      <p>{t('rollBack.text', { fileName, date: notAfter === null ? '' : formatDate(notAfter) })}</p>
    </ConfirmDialog>
  );
}
