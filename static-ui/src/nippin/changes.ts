import { formatList, plural, t } from '../base/i18n';

/** “2 solved and 1 newly open” since the night before; null where there is no night to compare with. */
export function changesInWords(solved: number | null, broken: number | null): string | null {
  if (solved === null || broken === null) {
    return null;
  }
  if (solved === 0 && broken === 0) {
    return t('nippin.nothingChanged');
  }
  const parts = [
    ...(solved > 0 ? [plural(solved, { one: 'nippin.solved_one', other: 'nippin.solved_other' })] : []),
    ...(broken > 0 ? [plural(broken, { one: 'nippin.broken_one', other: 'nippin.broken_other' })] : []),
  ];
  return t('nippin.changed', { changes: formatList(parts) });
}
