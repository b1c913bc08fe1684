import { ChoicesField } from '../base/fields';
import type { Errors } from '../base/form';
import { type Key, t } from '../base/i18n';
import { type Role, roleNames, roles } from '../session/membership';

const allowed: Record<Role, Key> = {
  dp_manager: 'role.dpManagerHint',
  certificate_editor: 'role.certificateEditorHint',
  csv_upload_manager: 'role.csvUploadManagerHint',
  nippin_manager: 'role.nippinManagerHint',
};

interface RoleBoxesProps {
  chosen: Role[];
  onChange: (roles: Role[]) => void;
  /** Whether the role of DP Manager is this person's to give and to take. */
  appoints: boolean;
  errors: Errors;
}

export function RoleBoxes({ chosen, onChange, appoints, errors }: RoleBoxesProps) {
  const toggle = (value: string) =>
    onChange(roles.filter((role) => (role === value ? !chosen.includes(role) : chosen.includes(role))));
  return (
    <ChoicesField
      id="roles"
      type="checkbox"
      label={t('members.roles')}
      chosen={chosen}
      onChoose={toggle}
      errors={errors}
      choices={roles.map((role) => {
        const fixed = role === 'dp_manager' && !appoints;
        return {
          value: role,
          label: t(roleNames[role]),
          hint: fixed ? `${t(allowed[role])} ${t('role.dpManagerFixed')}` : t(allowed[role]),
          disabled: fixed,
        };
      })}
    />
  );
}
