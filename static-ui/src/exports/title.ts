import { t } from '../i18n';
import type { Registry, Request } from './export';

/** An export in the words of the catalogue; in its own when the catalogue no longer has it. */
export function titleOf({ project, collection, version }: Omit<Request, 'profile'>, registries: Registry[]): string {
  const label = registries.find((registry) => registry.project === project)?.collections.find(({ name }) => name === collection)?.label;
  return t('export.title', { project, collection: label || collection, version });
}
