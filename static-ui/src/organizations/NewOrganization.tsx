import { post } from '../base/api';
import { t } from '../base/i18n';
import { useStillHere } from '../base/load';
import { NotFound, Page } from '../base/page';
import { go } from '../base/router';
import type { Organization } from '../session/membership';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import { useSession } from '../session/session';
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
