import { Day } from '../base/facts';
import { t } from '../base/i18n';
import { CellLabel } from '../base/listing';
import { Link } from '../base/router';
import { type Certificate, historyPath, inUse, type Overview } from './certificate';
import { DaysLeft } from './state';
import { LatestStatus } from './VersionTable';

export function OverviewTable({ items }: { items: Overview[] }) {
  return (
    <table class="ds-table listing overview" data-border>
      <caption class="ds-sr-only">{t('overview.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('organization.title')}</th>
          <th scope="col">{t('overview.active')}</th>
          <th scope="col">{t('overview.daysLeft')}</th>
          <th scope="col">{t('overview.latest')}</th>
          <th scope="col">{t('certificate.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {mostUrgentFirst(items).map(({ organization, certificate, latest }) => (
          <tr key={organization.id} data-testid="organization">
            <th scope="row">
              {organization.title}
              <span class="subtle cell-note number">{t('organization.nihdiNumber', { nihdi: organization.nihdi })}</span>
            </th>
            <td>
              <CellLabel>{t('overview.active')}</CellLabel>
              {certificate ? <Owner certificate={certificate} /> : <span class="subtle">{t('overview.noActive')}</span>}
            </td>
            <td>
              <CellLabel>{t('overview.daysLeft')}</CellLabel>
              {certificate ? <DaysLeft certificate={certificate} inUse /> : <span class="subtle">–</span>}
            </td>
            <td>
              {latest ? <LatestStatus organizationId={organization.id} certificate={latest} /> : <span class="subtle">{t('overview.noUpload')}</span>}
            </td>
            <td>
              <Link class="ds-button" data-size="sm" data-variant="secondary" to={historyPath(organization.id)}>
                {t('certificate.title')} <span class="ds-sr-only">{organization.title}</span>
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Owner({ certificate: { identity, fileName, notAfter } }: { certificate: Certificate }) {
  return (
    <>
      {identity === null ? <span class="break">{fileName}</span> : <span class="break">{identity.name || identity.id}</span>}
      {identity !== null && (
        <span class="subtle cell-note number">
          {identity.type} {identity.id}
        </span>
      )}
      {notAfter !== null && (
        <span class="subtle cell-note number">
          {t('overview.validUntil')} <Day iso={notAfter} />
        </span>
      )}
    </>
  );
}

/** What ends first stands first; what has no end stands last. */
function mostUrgentFirst(items: Overview[]) {
  const end = ({ certificate }: { certificate: Certificate | null }) => certificate?.daysLeft ?? Infinity;
  return (
    items
      .map((item) => ({ ...item, certificate: inUse(item) }))
      // Infinity less itself is not a number.
      .sort((a, b) => (end(a) === end(b) ? a.organization.title.localeCompare(b.organization.title) : end(a) - end(b)))
  );
}
