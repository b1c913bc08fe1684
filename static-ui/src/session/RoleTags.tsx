import { t } from '../base/i18n';
import { type Role, roleNames } from './membership';

export function RoleTags({ roles, label }: { roles: Role[]; label: string }) {
  return (
    <ul class="tags" role="list" aria-label={label}>
      {roles.map((role) => (
        <li class="ds-tag" data-color="neutral" key={role}>
          {t(roleNames[role])}
        </li>
      ))}
    </ul>
  );
}
