import { type Key, formatDate, plural, t } from '../i18n';
import type { Certificate, Delivery, Status } from './certificate';

type Look = { word: Key; color: string; drawing: string };

const clock = 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';
const turning = 'M20 12a8 8 0 1 1-2.4-5.7M20 3v4h-4';
const tick = 'm5 13 4 4L19 7';
const cross = 'M6 6l12 12M6 18 18 6';
const warning = 'M12 7v6m0 4v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';

export const states: Record<Status, Look> = {
  waiting: { word: 'certificate.waiting', color: 'neutral', drawing: clock },
  checking: { word: 'certificate.checking', color: 'info', drawing: turning },
  refused: { word: 'certificate.refused', color: 'danger', drawing: cross },
  failed: { word: 'certificate.failed', color: 'danger', drawing: warning },
  active: { word: 'certificate.active', color: 'success', drawing: tick },
  unpublished: { word: 'certificate.unpublished', color: 'neutral', drawing: 'M6 12h12' },
  expired: { word: 'certificate.expired', color: 'danger', drawing: clock },
};

const deliveries: Record<Exclude<Delivery['state'], 'off'>, Look> = {
  waiting: { word: 'delivery.waiting', color: 'info', drawing: clock },
  delivered: { word: 'delivery.delivered', color: 'success', drawing: tick },
  failed: { word: 'delivery.failed', color: 'danger', drawing: warning },
};

function Tag({ word, color, drawing }: Look) {
  return (
    <span class="ds-tag" data-color={color}>
      <svg class="tag-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={drawing} />
      </svg>
      {t(word)}
    </span>
  );
}

export const StatusTag = ({ status }: { status: Status }) => <Tag {...states[status]} />;

export const DeliveryTag = ({ state }: { state: Exclude<Delivery['state'], 'off'> }) => <Tag {...deliveries[state]} />;

/** An active certificate that is checked again stays active meanwhile, which its status does not say. */
export const isCheckedAgain = ({ isActive, isOver }: Certificate) => isActive && !isOver;

export const daysUntil = (iso: string) => Math.floor((Date.parse(iso) - Date.now()) / (24 * 3600 * 1000));

export function daysInWords(daysLeft: number): string {
  return daysLeft > 0
    ? plural(daysLeft, { one: 'certificate.daysLeft_one', other: 'certificate.daysLeft_other' })
    : daysLeft === 0
      ? t('certificate.lastDay')
      : plural(-daysLeft, { one: 'certificate.daysAgo_one', other: 'certificate.daysAgo_other' });
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
      <svg class="tag-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={warning} />
      </svg>
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
