import { t } from '../base/i18n';
import { Link, usePath } from '../base/router';
import { managesPeople, may, placesFor, readsAudit } from '../session/permissions';
import { useSession } from '../session/session';
import { routeOf, type Section } from './routes';

/** The parts of the portal somebody may enter. */
export function Navigation() {
  const { session } = useSession();
  const path = usePath();
  if (session === null || session.mustChangePassword) {
    return null;
  }
  const section = routeOf(path)?.section;
  const entries: { to: Section; name: string; shown: boolean }[] = [
    { to: '/', name: t('page.home'), shown: true },
    { to: '/organizations', name: t('nav.groups'), shown: may('ListOrganizations', session) },
    { to: '/certificates', name: t('certificate.title'), shown: placesFor('ListCertificates', session).length > 0 },
    { to: '/people', name: t('nav.people'), shown: managesPeople(session) },
    { to: '/audit', name: t('nav.audit'), shown: readsAudit(session) },
  ];
  return (
    <nav class="rooms" aria-label={t('nav.label')}>
      <ul class="wrap" role="list">
        {entries
          .filter(({ shown }) => shown)
          .map(({ to, name }) => (
            <li key={to}>
              <Link class="rooms__link" to={to} aria-current={path === to ? 'page' : section === to ? 'true' : undefined}>
                {name}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
