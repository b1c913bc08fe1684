import { t } from '../base/i18n';
import { Link } from '../base/router';
import { RoleTags } from '../session/RoleTags';
import type { Session } from '../session/session';

/** The own organisations, and what one does there. */
export function OwnAccess({ session }: { session: Session }) {
  return (
    <section class="stack" aria-labelledby="access-title">
      <h2 class="ds-heading" data-size="sm" id="access-title">
        {t('account.organizations')}
      </h2>
      {session.account.isUserManager && <p>{t('account.isUserManager')}</p>}
      {session.organizations.length === 0 ? (
        !session.account.isUserManager && <p>{t('home.noneTitle')}.</p>
      ) : (
        <ul class="rows" role="list">
          {session.organizations.map(({ id, title, roles }) => (
            <li key={id} class="rows__row">
              <Link class="ds-link rows__name" to={`/organizations/${id}/members`}>
                {title}
              </Link>
              {roles.length > 0 ? (
                <RoleTags roles={roles} label={t('person.rolesIn', { organization: title })} />
              ) : (
                <span class="subtle">{t('organization.noRole')}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
