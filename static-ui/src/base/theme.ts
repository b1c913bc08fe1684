import { remember, remembered } from './i18n';

export type Theme = 'auto' | 'light' | 'dark';
const stored = 'ssp-theme';

export function theme(): Theme {
  const wanted = remembered(stored);
  return wanted === 'light' || wanted === 'dark' ? wanted : 'auto';
}

export function setTheme(next: Theme) {
  remember(stored, next === 'auto' ? null : next);
  document.documentElement.dataset.colorScheme = next;
}
