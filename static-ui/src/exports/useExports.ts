import { useCallback, useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import type { List } from '../base/api';
import { language, t } from '../base/i18n';
import { useWatch } from '../base/watch';
import { type Export, isActive, type Kind, loadExports, type Registry } from './export';
import { titleOf } from './title';

const often = 2_000;
const none: Registry[] = [];

/** The exports of one kind of an organisation, newest first, asked for again as long as the page is open. */
export function useExports(organizationId: string, kind: Kind, registries: Registry[] = none) {
  // What was loaded beyond the first page, and where the next page begins; undefined: where the first one says.
  const [older, setOlder] = useState<Export[]>([]);
  const [cursor, setCursor] = useState<string | null>();
  const {
    value: first,
    problem,
    reload,
    keep,
  } = useWatch<List<Export>>(
    () => loadExports(organizationId, kind, null),
    // Why an export failed is said in the language that was asked for.
    [organizationId, kind, language()],
    ({ items }) => items.some(isActive),
    often,
    (before, now) => {
      announceFinished(before.items, now.items, registries);
      setOlder((beyond) => without(now.items, [...before.items, ...beyond]).filter((item) => isBeyond(item, now)));
    },
  );

  const add = useCallback(
    (requested: Export) => keep((known) => ({ items: [requested, ...without([requested], known?.items ?? [])], nextCursor: known?.nextCursor ?? null })),
    [keep],
  );

  const drop = useCallback(
    (id: string) => {
      keep((known) => ({ items: (known?.items ?? []).filter((item) => item.id !== id), nextCursor: known?.nextCursor ?? null }));
      setOlder((beyond) => beyond.filter((item) => item.id !== id));
    },
    [keep],
  );

  const next = cursor === undefined ? (first?.nextCursor ?? null) : cursor;
  const more = useCallback(async () => {
    const list = await loadExports(organizationId, kind, next);
    setOlder((beyond) => [...without(list.items, beyond), ...list.items]);
    setCursor(list.nextCursor);
  }, [organizationId, kind, next]);

  return { items: first && [...first.items, ...without(first.items, older)], problem, hasMore: next !== null, reload, add, drop, more };
}

function without(some: Export[], items: Export[]): Export[] {
  const ids = new Set(some.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

/** Whether an export comes after those of the first page, and so may still be there though the page no longer has it. */
function isBeyond(item: Export, { items, nextCursor }: List<Export>): boolean {
  const last = items.at(-1);
  return nextCursor !== null && last !== undefined && item.requestedAt <= last.requestedAt;
}

function announceFinished(before: Export[], after: Export[], registries: Registry[]) {
  const active = new Set(before.filter(isActive).map(({ id }) => id));
  const sentences = after
    .filter(({ id, state }) => active.has(id) && (state === 'succeeded' || state === 'failed'))
    .map((item) =>
      item.state === 'succeeded'
        ? t('export.announceReady', { title: titleOf(item, registries) })
        : t('export.announceFailed', { title: titleOf(item, registries) }),
    );
  if (sentences.length > 0) {
    announce(sentences.join(' '));
  }
}
