import { language, plural, t } from '../base/i18n';
import { Loading, ProblemNotice, useLoad } from '../base/load';
import { NotFound, Page } from '../base/page';
import type { Membership } from '../session/membership';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import { isActive, loadRegistries } from './export';
import { ExportList } from './ExportList';
import { NewExport } from './NewExport';
import { useExports } from './useExports';

interface CsvExportProps {
  session: Session;
  organizationId: string;
}

export function CsvExport({ session, organizationId }: CsvExportProps) {
  const organization = session.organizations.find(({ id }) => id === organizationId);
  if (!organization) {
    return <NotFound />;
  }
  if (!may('RequestExport csv', session, organizationId)) {
    return (
      <Page title={t('csv.title')} lead={organization.title} trail={trailTo(organization)}>
        <div class="ds-alert" data-color="warning">
          <p>{t('csv.noRight')}</p>
        </div>
      </Page>
    );
  }
  return <Screen organization={organization} />;
}

const trailTo = ({ id, title }: Membership) => [
  { to: '/organizations', name: t('nav.groups') },
  { to: `/organizations/${id}/members`, name: title },
];

function Screen({ organization }: { organization: Membership }) {
  const { id: organizationId, title, nihdi } = organization;
  const registries = useLoad(() => loadRegistries(organizationId), [organizationId, language()]);
  const exports = useExports(organizationId, 'csv', registries.value ?? []);

  const active = exports.items?.filter(isActive).length ?? 0;
  const lead = (
    <>
      <strong>{title}</strong> · <span class="number">{t('organization.nihdiNumber', { nihdi })}</span>
    </>
  );

  return (
    <Page
      title={t('csv.title')}
      news={active > 0 ? plural(active, { one: 'csv.active_one', other: 'csv.active_other' }) : undefined}
      lead={lead}
      trail={trailTo(organization)}
    >
      <div class="ds-alert" data-color="warning">
        <h2 class="ds-heading" data-size="2xs">
          {t('csv.sensitiveTitle')}
        </h2>
        <p>{t('csv.sensitiveText')}</p>
      </div>
      <section class="stack" aria-labelledby="new-title">
        <h2 class="ds-heading" data-size="sm" id="new-title">
          {t('csv.newTitle')}
        </h2>
        {registries.problem ? (
          <ProblemNotice problem={registries.problem} again={registries.again} />
        ) : !registries.value ? (
          <Loading />
        ) : registries.value.length === 0 ? (
          <div class="ds-card empty stack">
            <h3 class="ds-heading" data-size="xs">
              {t('csv.noRegistryTitle')}
            </h3>
            <p>{t('csv.noRegistryText', { nihdi })}</p>
          </div>
        ) : (
          <NewExport organizationId={organizationId} registries={registries.value} onRequested={exports.add} />
        )}
      </section>
      <ExportList organizationId={organizationId} registries={registries.value ?? []} exports={exports} none={t('export.noneText')} />
    </Page>
  );
}
