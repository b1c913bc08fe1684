import type { Errors } from '../base/form';
import { type Key, t } from '../base/i18n';

/** Days as yyyy-MM-dd, both within; an empty one sets no limit. */
export interface Period {
  start: string;
  end: string;
}

const isDay = /^\d{4}-\d\d-\d\d$/;
const dayLength = 24 * 3600 * 1000;

/** A day from an address, in which anything may stand. */
export const dayOr = (text: string) => (isDay.test(text) ? text : '');

export const daysBetween = (from: string, until: string) => Math.round((Date.parse(until) - Date.parse(from)) / dayLength);

/** Days are those of the hospital's own clock. */
const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format(new Date());

const day = (year: number, month: number, date: number) => new Date(Date.UTC(year, month, date)).toISOString().slice(0, 10);

/** The periods people ask for most: the last whole month, quarter and year, and everything. */
export function presets(): { word: Key; period: Period }[] {
  const [year, month] = today().split('-').map(Number);
  const thisMonth = month - 1;
  const thisQuarter = thisMonth - (thisMonth % 3);
  return [
    { word: 'nippin.lastMonth', period: { start: day(year, thisMonth - 1, 1), end: day(year, thisMonth, 0) } },
    { word: 'nippin.lastQuarter', period: { start: day(year, thisQuarter - 3, 1), end: day(year, thisQuarter, 0) } },
    { word: 'nippin.lastYear', period: { start: day(year - 1, 0, 1), end: day(year - 1, 11, 31) } },
    { word: 'nippin.allDays', period: { start: '', end: '' } },
  ];
}

export const isSamePeriod = (one: Period, other: Period) => one.start === other.start && one.end === other.end;

export function wrongOrder({ start, end }: Period): Errors {
  return start !== '' && end !== '' && start > end ? { end: [t('nippin.endBeforeStart')] } : {};
}

/** An export needs both days. */
export function missingDays({ start, end }: Period): Errors {
  return {
    ...(start === '' ? { start: [t('nippin.startMissing')] } : {}),
    ...(end === '' ? { end: [t('nippin.endMissing')] } : {}),
  };
}
