import { Day, Time } from '../base/facts';
import { t } from '../base/i18n';
import { CellLabel } from '../base/listing';
import { Menu } from '../base/menu';
import { Link } from '../base/router';
import type { Organization } from '../session/membership';
import { type Certificate, logPath } from './certificate';
import { DaysLeft, DeliveryTag, isCheckedAgain, StatusTag } from './state';

interface VersionTableProps {
  organization: Organization;
  certificates: Certificate[];
  onCheck: (certificate: Certificate) => void;
  onRollBack: (certificate: Certificate) => void;
}

export function VersionTable({ organization, certificates, onCheck, onRollBack }: VersionTableProps) {
  const delivered = certificates.some(({ delivery }) => delivery.state !== 'off');
  return (
    <table class="ds-table listing versions" data-border>
      <caption class="ds-sr-only">{t('certificate.versionsOf', { organization: organization.title })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('certificate.file')}</th>
          <th scope="col">{t('certificate.status')}</th>
          <th scope="col">{t('certificate.validity')}</th>
          {delivered && <th scope="col">{t('delivery.title')}</th>}
          <th scope="col">{t('certificate.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {certificates.map((certificate) => (
          <tr key={certificate.id} data-testid="version" data-status={certificate.status} data-active={certificate.isActive}>
            <th scope="row" class="break">
              {certificate.fileName}
              <span class="subtle cell-note number">
                <Time iso={certificate.uploadedAt} />
              </span>
              <span class="subtle cell-note">{certificate.uploadedBy}</span>
            </th>
            <td>
              <LatestStatus organizationId={organization.id} certificate={certificate} />
            </td>
            <td>
              <CellLabel>{t('certificate.validity')}</CellLabel>
              <Validity certificate={certificate} />
            </td>
            {delivered && (
              <td>
                <CellLabel>{t('delivery.title')}</CellLabel>
                {certificate.delivery.state === 'off' ? (
                  <span class="subtle">–</span>
                ) : (
                  <DeliveryTag state={certificate.delivery.state} />
                )}
              </td>
            )}
            <td>
              <Actions organizationId={organization.id} certificate={certificate} onCheck={onCheck} onRollBack={onRollBack} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What has last been said of an upload; it leads to everything that was said before. */
export function LatestStatus({ organizationId, certificate }: { organizationId: string; certificate: Certificate }) {
  const { id, status, latest } = certificate;
  return (
    <>
      <span class="status">
        <StatusTag status={status} />
        {isCheckedAgain(certificate) && <StatusTag status="active" />}
      </span>
      <Link class="ds-link status__message" to={logPath(organizationId, id)}>
        {latest.message}
      </Link>
      <span class="subtle cell-note number">
        <Time iso={latest.at} />
      </span>
    </>
  );
}

export function Validity({ certificate }: { certificate: Certificate }) {
  const { notBefore, notAfter } = certificate;
  return notBefore === null || notAfter === null ? (
    <span class="subtle">{t('certificate.notKnown')}</span>
  ) : (
    <>
      <span class="number validity">
        <Day iso={notBefore} /> – <Day iso={notAfter} />
      </span>
      <span class="cell-note">
        <DaysLeft certificate={certificate} />
      </span>
    </>
  );
}

interface ActionsProps extends Omit<VersionTableProps, 'organization' | 'certificates'> {
  organizationId: string;
  certificate: Certificate;
}

function Actions({ organizationId, certificate, onCheck, onRollBack }: ActionsProps) {
  const { id, fileName, status, canCheck, canActivate } = certificate;
  const more = [
    ...(canActivate ? [{ label: t('rollBack.button'), onChoose: () => onRollBack(certificate) }] : []),
    ...(canCheck ? [{ label: status === 'failed' ? t('problem.tryAgain') : t('certificate.checkAgain'), onChoose: () => onCheck(certificate) }] : []),
  ];
  return (
    <div class="row-actions">
      <Link class="ds-button" data-size="sm" data-variant="secondary" to={logPath(organizationId, id)}>
        {t('certificate.details')} <span class="ds-sr-only">{fileName}</span>
      </Link>
      {more.length > 0 && <Menu label={t('certificate.more', { fileName })} items={more} />}
    </div>
  );
}
