import type en from './languages/en.json';

// Texts live in languages/*.json under flat keys. A key is always written out where it is used, so that a search finds it.
export type Key = keyof typeof en;
export type Language = 'en' | 'nl' | 'fr';
type Texts = Record<Key, string>;

// Only the language that is spoken is fetched.
const sources: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import('./languages/en.json'),
  nl: () => import('./languages/nl.json'),
  fr: () => import('./languages/fr.json'),
};
const stored = 'ssp-language';
let current: Language = firstLanguage();
let texts: Texts;
let wanted: Language = current;

function firstLanguage(): Language {
  const tags = [remembered(stored), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return (tags.find((tag) => tag !== null && tag in sources) as Language | undefined) ?? 'en';
}

export function language(): Language {
  return current;
}

export async function setLanguage(next: Language) {
  wanted = next;
  const found = (await sources[next]()).default;
  // Somebody may have chosen another one while this one was on its way.
  if (wanted === next) {
    texts = found;
    current = next;
    remember(stored, next);
    document.documentElement.lang = next;
  }
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(typeof values[name] === 'number' ? formatNumber(values[name]) : values[name]) : whole,
  );
}

/** The right one of two sentences for a count, which both name as {count}. */
export function plural(count: number, keys: { one: Key; other: Key }, values: Record<string, string | number> = {}): string {
  const form = new Intl.PluralRules(current).select(count) === 'one' ? keys.one : keys.other;
  return t(form, { ...values, count });
}

const locale = () => `${current}-BE`;

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return new Intl.NumberFormat(locale(), { style: 'unit', unit: units[unit], maximumFractionDigits: unit === 0 ? 0 : 1 }).format(value);
}

// dd/mm/yyyy HH:mm on the clock of the hospital, whatever the browser's own habits and zone are.
export function formatTime(iso: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Brussels',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(iso));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('day')}/${part('month')}/${part('year')} ${part('hour')}:${part('minute')}`;
}

export const formatDate = (iso: string) => formatTime(iso).slice(0, 10);

/** A list in a sentence: “a, b and c”. */
export function formatList(words: string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(words);
}

// Language and appearance are the only things this browser remembers, in cookies without any secret: nothing of the portal is to be found
// in the browser's own storage.
export function remembered(name: string): string | null {
  return document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

export function remember(name: string, value: string | null) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value ?? ''}; Path=/ssp; SameSite=Strict; Max-Age=${value === null ? 0 : 365 * 24 * 3600}${secure}`;
}
