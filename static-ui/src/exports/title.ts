import { formatDate, t } from '../base/i18n';
import type { Export, Registry } from './export';

/** An export in the words of the catalogue; in its own when the catalogue no longer has it. */
export function titleOf(item: Export, registries: Registry[]): string {
  if (item.kind === 'nippin') {
    const { registry, name, start, end } = item;
    return t('nippin.exportName', { registry: name ?? registry, start: formatDate(start), end: formatDate(end) });
  }
  const { project, collection, version } = item;
  const label = registries.find((registry) => registry.project === project)?.collections.find(({ name }) => name === collection)?.label;
  return t('export.title', { project, collection: label || collection, version });
}
