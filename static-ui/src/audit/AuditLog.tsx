import { t } from '../base/i18n';
import { NotFound, Page } from '../base/page';
import { Link } from '../base/router';
import { may, placesFor } from '../session/permissions';
import type { Session } from '../session/session';
import { EventLog } from './EventLog';

/** All events for a User Manager; a DP Manager finds the way to those of the own organisations. */
export function AuditLog({ session }: { session: Session }) {
  if (may('ListAllEvents', session)) {
    return (
      <Page title={t('nav.audit')} lead={t('audit.leadManager')} inner>
        <EventLog base="" />
      </Page>
    );
  }
  const places = placesFor('ListEvents', session);
  if (places.length === 0) {
    return <NotFound />;
  }
  return (
    <Page title={t('nav.audit')} lead={t('audit.lead')} inner>
      <ul class="rows" role="list">
        {places.map(({ id, title }) => (
          <li key={id} class="rows__row">
            <Link class="ds-link rows__name" to={`/organizations/${id}/audit`}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
