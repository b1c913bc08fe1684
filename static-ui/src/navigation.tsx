import { useSession } from './accounts/session';
import { t } from './i18n';
import { managesPeople, may, placesFor, readsAudit } from './permissions';
import { Link, usePath } from './router';

/** The rooms of the portal somebody may enter. */
export function Navigation() {
  const { session } = useSession();
  const path = usePath();
  if (session === null || session.mustChangePassword) {
    return null;
  }
  const rooms = [
    { to: '/', name: t('page.home'), shown: true, inside: /^\/$/ },
    { to: '/organizations', name: t('nav.groups'), shown: may('ListOrganizations', session), inside: /^\/organizations(\/|$)/ },
    { to: '/certificates', name: t('certificate.title'), shown: placesFor('ListCertificates', session).length > 0, inside: /^\/certificates$/ },
    { to: '/people', name: t('nav.people'), shown: managesPeople(session), inside: /^\/(people|accounts)(\/|$)/ },
    { to: '/audit', name: t('nav.audit'), shown: readsAudit(session), inside: /^\/audit(\/|$)/ },
  ];
  return (
    <nav class="rooms" aria-label={t('nav.label')}>
      <ul class="wrap" role="list">
        {rooms
          .filter(({ shown }) => shown)
          .map(({ to, name, inside }) => (
            <li key={to}>
              <Link class="rooms__link" to={to} aria-current={path === to ? 'page' : inside.test(path) ? 'true' : undefined}>
                {name}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
