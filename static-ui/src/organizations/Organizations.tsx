import { t } from '../base/i18n';
import { Page } from '../base/page';
import { Link } from '../base/router';
import { GroupTabs } from '../session/GroupTabs';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import { OrganizationTable } from './OrganizationTable';

/** Groups → List of the manual. */
export function Organizations({ session }: { session: Session }) {
  return (
    <Page
      title={t('groups.title')}
      lead={session.account.isUserManager ? t('groups.leadManager') : t('groups.lead')}
      tabs={<GroupTabs session={session} />}
      inner
    >
      {may('CreateOrganization', session) && (
        <p>
          <Link class="ds-button" to="/organizations/new">
            {t('groups.add')}
          </Link>
        </p>
      )}
      <OrganizationTable title={t('groups.list')} none={session.account.isUserManager ? t('home.noOrganization') : t('groups.none')} />
    </Page>
  );
}
