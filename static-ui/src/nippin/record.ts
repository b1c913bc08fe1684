import type { List } from '../base/api';
import { type Key, t } from '../base/i18n';
import { daysBetween } from './period';
import type { Counts, Result } from './result';

/** What the portal knows of a registration, on whatever page. */
export interface Registration {
  localdwhId: number;
  registrationCode: string | null;
  createdOn: string | null;
  implantDate: string | null;
  /** Of the implant, or of the registration's creation where there is none. */
  day: string;
}

export interface Message {
  id: string | null;
  interfaceType: string | null;
  status: string | null;
  createdOn: string | null;
  validation: string | null;
  tackReference: string | null;
  tackResultMajor: string | null;
}

export interface ValidatedRecord extends Registration {
  result: Result;
  /** The first of the nights in a row on which it was not valid. */
  openSince: string | null;
  message: Message | null;
}

export interface RecordPage extends List<ValidatedRecord> {
  total: number | null;
  counts: Counts;
  night: string | null;
  lastNight: string | null;
}

export const nameOf = ({ registrationCode, localdwhId }: Registration) => registrationCode || t('nippin.localdwhId', { id: String(localdwhId) });

/** Both nights count. */
export const nightsOpen = (openSince: string, until: string) => daysBetween(openSince, until) + 1;

const accepted = 'urn:nip:tack:result:major:success';

const statuses: Record<string, Key> = {
  SENT: 'nippin.statusSent',
  TO_SEND: 'nippin.statusToSend',
  INVALID: 'nippin.statusInvalid',
  ARCHIVED: 'nippin.statusArchived',
  ERROR: 'nippin.statusError',
  BUFFERED: 'nippin.statusBuffered',
};

const senders: Record<string, Key> = { REST: 'nippin.senderRest', FILE_SYSTEM: 'nippin.senderFiles' };

const word = (text: string | null) => (text ?? '').trim().toUpperCase();

/** What has become of the message, so that it does not contradict the result beside it. */
export function statusInWords({ message, result }: Pick<ValidatedRecord, 'message' | 'result'>): string {
  if (message === null) {
    return t('nippin.noMessage');
  }
  if (!message.status) {
    return t('nippin.noStatus');
  }
  const status = statuses[word(message.status)];
  if (status === undefined) {
    return t('nippin.statusUnknown', { status: message.status });
  }
  if (word(message.status) === 'SENT' && result === 'not_sent' && !isAccepted(message)) {
    return t('nippin.statusNotAccepted');
  }
  const isOnItsWay = word(message.status) === 'SENT' || word(message.status) === 'TO_SEND';
  return isOnItsWay && result === 'invalid' ? t('nippin.statusContradicts', { status: t(status) }) : t(status);
}

const isAccepted = ({ tackResultMajor }: Message) => ['', accepted].includes((tackResultMajor ?? '').trim().toLowerCase());

/** Who sends the messages of this interface; one that is not known is shown as it is. */
export function senderInWords(interfaceType: string): string {
  const sender = senders[word(interfaceType)];
  return sender ? t('nippin.sender', { interface: interfaceType, sender: t(sender) }) : interfaceType;
}
