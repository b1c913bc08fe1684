import { ConfirmDialog } from '../base/confirm';
import { t } from '../base/i18n';

interface ConfirmNewPasswordProps {
  email: string;
  onConfirm: () => void;
  onKeep: () => void;
}

export function ConfirmNewPassword({ email, onConfirm, onKeep }: ConfirmNewPasswordProps) {
  return (
    <ConfirmDialog
      title={t('issued.confirmTitle', { email })}
      confirm={t('issued.confirm')}
      keep={t('form.cancel')}
      onConfirm={onConfirm}
      onKeep={onKeep}
    >
      <p>{t('issued.confirmText')}</p>
    </ConfirmDialog>
  );
}
