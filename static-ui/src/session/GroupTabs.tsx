import { t } from '../base/i18n';
import { Tabs } from '../base/page';
import { usePath } from '../base/router';
import { placesFor } from './permissions';
import type { Session } from './session';

/** Groups → List and Groups → Certificates of the manual. */
export function GroupTabs({ session }: { session: Session }) {
  const path = usePath();
  return placesFor('ListCertificates', session).length > 0 ? (
    <Tabs
      label={t('nav.groups')}
      path={path}
      tabs={[
        { to: '/organizations', name: t('groups.tab') },
        { to: '/certificates', name: t('certificate.title') },
      ]}
    />
  ) : null;
}
