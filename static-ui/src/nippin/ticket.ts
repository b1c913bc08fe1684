import { t } from '../base/i18n';
import type { Membership } from '../session/membership';
import type { ValidatedRecord } from './record';

/** What a ticket is about, beside the registrations themselves. */
export interface TicketSubject {
  organization: Membership;
  registry: string;
  name: string;
  night: string;
}

/** What the service desk of healthdata.be is asked to look at; the rest is in order. */
export const isForTicket = ({ result }: ValidatedRecord) => result !== 'valid';

/**
 * A text for the service desk: what it needs to find the registrations, and nothing about patients. The text of the validation stays
 * here, for it may quote from the message. Days, numbers and status words are written as its own systems write them.
 */
export function ticketText({ organization, registry, name, night }: TicketSubject, records: ValidatedRecord[]): string {
  const head = [
    t('nippin.ticketTitle'),
    t('nippin.ticketLine', { name: t('organization.title'), value: organization.title }),
    t('nippin.ticketLine', { name: t('organization.nihdi'), value: organization.nihdi }),
    t('nippin.ticketLine', { name: t('nippin.registry'), value: `${registry} (${name})` }),
    t('nippin.ticketLine', { name: t('nippin.night'), value: night }),
  ];
  return [head, ...records.map(linesOf)].map((lines) => lines.join('\n')).join('\n\n');
}

function linesOf({ localdwhId, registrationCode, result, message }: ValidatedRecord): string[] {
  const none = t('nippin.ticketNone');
  return [
    t('nippin.ticketLine', { name: t('nippin.result'), value: result }),
    t('nippin.ticketLine', { name: t('nippin.localdwh'), value: String(localdwhId) }),
    t('nippin.ticketLine', { name: t('nippin.registrationCode'), value: registrationCode || none }),
    t('nippin.ticketLine', { name: t('nippin.messageId'), value: message?.id || none }),
    t('nippin.ticketLine', { name: t('nippin.messageStatus'), value: message?.status || none }),
  ];
}
