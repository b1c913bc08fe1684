import { t } from '../base/i18n';
import { Link } from '../base/router';
import { may } from '../session/permissions';
import { RoleTags } from '../session/RoleTags';
import type { Session } from '../session/session';
import type { Person } from './account';

export function PersonMemberships({ session, person }: { session: Session; person: Person }) {
  if (person.memberships.length === 0) {
    return <p>{t('person.noMembership')}</p>;
  }
  return (
    <ul class="rows" role="list">
      {person.memberships.map(({ organizationId, title, roles }) => (
        <li key={organizationId} class="rows__row">
          <Link class="ds-link rows__name" to={`/organizations/${organizationId}/members`}>
            {title}
          </Link>
          {roles.length > 0 ? (
            <RoleTags roles={roles} label={t('person.rolesIn', { organization: title })} />
          ) : (
            <span class="subtle">{t('members.noRole')}</span>
          )}
          {may('EditMember', session, organizationId) && (
            <Link class="ds-button" data-size="sm" data-variant="secondary" to={`/organizations/${organizationId}/members/${person.id}`}>
              {t('members.edit')} <span class="ds-sr-only">{title}</span>
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
