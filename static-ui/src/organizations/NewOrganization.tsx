import type { Session } from '../accounts/session';
import { useSession } from '../accounts/session';
import { post } from '../api';
import { t } from '../i18n';
import { useStillHere } from '../load';
import { NotFound, Page } from '../page';
import { may } from '../permissions';
import { go } from '../router';
import type { Organization } from './membership';
import { OrganizationForm } from './OrganizationForm';

export function NewOrganization({ session }: { session: Session }) {
  const { refresh } = useSession();
  const stillHere = useStillHere();
  if (!may('CreateOrganization', session)) {
    return <NotFound />;
  }
  return (
    <Page title={t('groups.add')} lead={t('organizationForm.newLead')} trail={[{ to: '/organizations', name: t('nav.groups') }]} narrow>
      <OrganizationForm
        title=""
        nihdi=""
        submit={t('organizationForm.create')}
        confirmShared={t('organizationForm.createAnyway')}
        save={async (draft) => {
          const created = await post<Organization>('/organizations', draft);
          if (stillHere()) {
            refresh().catch(() => {});
            go(`/organizations/${created.id}/members`, { notice: t('organizationForm.created', { title: created.title }) });
          }
        }}
      />
    </Page>
  );
}
