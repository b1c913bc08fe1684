import { useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import type { List } from '../base/api';
import { language, t } from '../base/i18n';
import { useWatch } from '../base/watch';
import { askOften, type Certificate, loadCertificates } from './certificate';

/** The uploads of an organisation, newest first, as they are now. */
export function useHistory(organizationId: string) {
  // What had been loaded beyond the first page, and where it goes on; undefined: where the first page says.
  const [older, setOlder] = useState<Certificate[]>([]);
  const [further, setFurther] = useState<string | null>();

  const first = useWatch(
    () => loadCertificates(organizationId, null),
    // Messages come in the language that was asked for.
    [organizationId, language()],
    ({ items }) => items.some(({ isOver }) => !isOver),
    askOften,
    (before, now) => {
      announceOver(before.items, now.items);
      if (further !== undefined) {
        // A new upload has moved the last one off the first page.
        setOlder((known) => [...without(before.items, [...now.items, ...known]), ...known]);
      }
    },
  );
  const cursor = further === undefined ? (first.value?.nextCursor ?? null) : further;

  /** Answers whether there is yet more. */
  const more = async () => {
    const list = await loadCertificates(organizationId, cursor);
    setOlder((known) => [...known, ...without(list.items, known)]);
    setFurther(list.nextCursor);
    return list.nextCursor !== null;
  };

  const begin = async () => {
    setOlder([]);
    setFurther(undefined);
    await first.reload();
  };

  return { ...first, items: first.value && merged(first.value, older), hasMore: cursor !== null, more, begin };
}

/** The first page as it is now, followed by what had been loaded beyond it. */
function merged({ items }: List<Certificate>, older: Certificate[]): Certificate[] {
  return [...items, ...without(older, items)];
}

function without(certificates: Certificate[], others: Certificate[]): Certificate[] {
  const ids = new Set(others.map(({ id }) => id));
  return certificates.filter(({ id }) => !ids.has(id));
}

function announceOver(before: Certificate[], now: Certificate[]) {
  const underWay = new Set(before.filter(({ isOver }) => !isOver).map(({ id }) => id));
  const over = now.filter(({ id, isOver }) => isOver && underWay.has(id));
  if (over.length > 0) {
    announce(over.map(({ fileName, latest }) => t('certificate.announce', { fileName, message: latest.message })).join(' '));
  }
}
