import { formatDate, plural, t } from '../base/i18n';
import { Drawing, drawings, type Look, Tag } from '../base/tag';
import type { Certificate, Delivery, Status } from './certificate';

export const states: Record<Status, Look> = {
  waiting: { word: 'certificate.waiting', color: 'neutral', drawing: drawings.clock },
  checking: { word: 'certificate.checking', color: 'info', drawing: drawings.turning },
  refused: { word: 'certificate.refused', color: 'danger', drawing: drawings.cross },
  failed: { word: 'certificate.failed', color: 'danger', drawing: drawings.warning },
  active: { word: 'certificate.active', color: 'success', drawing: drawings.tick },
  unpublished: { word: 'certificate.unpublished', color: 'neutral', drawing: drawings.dash },
  expired: { word: 'certificate.expired', color: 'danger', drawing: drawings.clock },
};

const deliveries: Record<Exclude<Delivery['state'], 'off'>, Look> = {
  waiting: { word: 'delivery.waiting', color: 'info', drawing: drawings.clock },
  delivered: { word: 'delivery.delivered', color: 'success', drawing: drawings.tick },
  failed: { word: 'delivery.failed', color: 'danger', drawing: drawings.warning },
};

export const StatusTag = ({ status }: { status: Status }) => <Tag look={states[status]} />;

export const DeliveryTag = ({ state }: { state: Exclude<Delivery['state'], 'off'> }) => <Tag look={deliveries[state]} />;

/** An active certificate that is checked again stays active meanwhile, which its status does not say. */
export const isCheckedAgain = ({ isActive, isOver }: Certificate) => isActive && !isOver;

export const daysUntil = (iso: string) => Math.floor((Date.parse(iso) - Date.now()) / (24 * 3600 * 1000));

export function daysInWords(daysLeft: number): string {
  return daysLeft > 0
    ? plural(daysLeft, { one: 'certificate.daysLeft_one', other: 'certificate.daysLeft_other' })
    : daysLeft === 0
      ? t('certificate.lastDay')
      : daysLeft === -1
        ? t('certificate.justExpired')
        : plural(-daysLeft - 1, { one: 'certificate.daysAgo_one', other: 'certificate.daysAgo_other' });
}

const urgentDays = 14;

/** How long a certificate can still be used; the nearer its end, the louder. One that is not in use ends in silence. */
export function DaysLeft({ certificate, inUse = certificate.isActive }: { certificate: Certificate; inUse?: boolean }) {
  const { daysLeft, notice } = certificate;
  if (daysLeft === null) {
    return <span class="subtle">{t('certificate.notKnown')}</span>;
  }
  const color = notice === null || !inUse ? undefined : notice <= urgentDays ? 'danger' : 'warning';
  return color === undefined ? (
    <span class="number">{daysInWords(daysLeft)}</span>
  ) : (
    <span class="ds-tag number" data-color={color}>
      <Drawing of={drawings.warning} />
      {daysInWords(daysLeft)}
    </span>
  );
}

/** What somebody must know about the end of a certificate, in a sentence. Empty while there is nothing to say. */
export function noticeInWords(certificate: Certificate, organization: string): string {
  const { notice, daysLeft, notAfter } = certificate;
  if (notice === null || daysLeft === null || notAfter === null) {
    return '';
  }
  const values = { organization, date: formatDate(notAfter) };
  return notice === 0
    ? t('certificate.noticeExpired', values)
    : daysLeft <= 0
      ? t('certificate.noticeToday', values)
      : plural(daysLeft, { one: 'certificate.notice_one', other: 'certificate.notice_other' }, values);
}
