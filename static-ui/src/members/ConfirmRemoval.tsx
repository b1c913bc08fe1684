import { ConfirmDialog } from '../base/confirm';
import { t } from '../base/i18n';
import type { Organization } from '../session/membership';
import type { Member } from './member';

interface ConfirmRemovalProps {
  member: Member;
  organization: Organization;
  isOneself: boolean;
  onConfirm: () => void;
  onKeep: () => void;
}

export function ConfirmRemoval({ member, organization, isOneself, onConfirm, onKeep }: ConfirmRemovalProps) {
  return (
    <ConfirmDialog
      title={t('members.removeTitle', { email: member.email, organization: organization.title })}
      confirm={t('members.removeConfirm')}
      keep={t('form.cancel')}
      danger
      onConfirm={onConfirm}
      onKeep={onKeep}
    >
      {isOneself && (
        <p>
          <strong>{t('members.removeYourself', { organization: organization.title })}</strong>
        </p>
      )}
      <p>{t('members.removeText')}</p>
    </ConfirmDialog>
  );
}
