import { t } from '../base/i18n';
import { Tabs } from '../base/page';
import { usePath } from '../base/router';
import { may } from '../session/permissions';
import type { Session } from '../session/session';

/** A User Manager sees accounts as well: also those that belong to no organisation. */
export function PeopleTabs({ session }: { session: Session }) {
  const path = usePath();
  return may('ListAccounts', session) ? (
    <Tabs
      label={t('nav.people')}
      path={path}
      tabs={[
        { to: '/people', name: t('people.matrix') },
        { to: '/accounts', name: t('accounts.title') },
      ]}
    />
  ) : null;
}
