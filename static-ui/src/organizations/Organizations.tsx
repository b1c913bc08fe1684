import type { Session } from '../accounts/session';
import { t } from '../i18n';
import { Page } from '../page';
import { may } from '../permissions';
import { Link } from '../router';
import { GroupTabs } from './GroupTabs';
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
