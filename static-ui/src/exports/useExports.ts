import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../announcer';
import { asProblem, type List, type Problem } from '../api';
import { language, t } from '../i18n';
import { type Export, isActive, type Kind, loadExports, type Registry } from './export';
import { titleOf } from './title';

const often = 2_000;
const seldom = 15_000;
const none: Registry[] = [];

/** The exports of one kind of an organisation, newest first, asked for again as long as one of them is not finished. */
export function useExports(organizationId: string, kind: Kind, registries: Registry[] = none) {
  const [items, setItems] = useState<Export[]>();
  const [cursor, setCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem>();
  // What the next answer is compared with; a state variable would be a drawing too late.
  const known = useRef<Export[] | undefined>(undefined);
  const catalogue = useRef(registries);
  catalogue.current = registries;
  // An answer that was asked for before someone added or removed an export knows nothing of it and is dropped.
  const turn = useRef(0);

  const keep = useCallback((next: Export[]) => {
    known.current = next;
    setItems(next);
  }, []);

  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const list = await loadExports(organizationId, kind, null);
      if (mine !== turn.current) {
        return;
      }
      const first = known.current === undefined;
      announceFinished(known.current ?? [], list.items, catalogue.current);
      keep(merged(known.current ?? [], list));
      setProblem(undefined);
      if (first) {
        setCursor(list.nextCursor);
      }
    } catch (thrown) {
      if (mine === turn.current) {
        setProblem(asProblem(thrown));
      }
    }
    // Why an export failed is said in the language that was asked for.
  }, [organizationId, kind, language()]);

  useEffect(() => {
    void reload();
    return () => {
      turn.current++;
    };
  }, [reload]);

  const active = items?.some(isActive) ?? false;
  useEffect(() => {
    let timer = 0;
    let gone = false;
    const plan = () => {
      clearTimeout(timer);
      if (active) {
        timer = window.setTimeout(ask, document.hidden ? seldom : often);
      }
    };
    const ask = async () => {
      await reload();
      if (!gone) {
        plan();
      }
    };
    const look = () => (document.hidden ? plan() : void ask());
    plan();
    document.addEventListener('visibilitychange', look);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [active, reload]);

  const add = useCallback((requested: Export) => {
    turn.current++;
    keep([requested, ...(known.current ?? []).filter(({ id }) => id !== requested.id)]);
  }, []);

  const drop = useCallback((id: string) => {
    turn.current++;
    keep((known.current ?? []).filter((item) => item.id !== id));
  }, []);

  const more = useCallback(async () => {
    const list = await loadExports(organizationId, kind, cursor);
    const ids = new Set(list.items.map(({ id }) => id));
    keep([...(known.current ?? []).filter(({ id }) => !ids.has(id)), ...list.items]);
    setCursor(list.nextCursor);
  }, [organizationId, kind, cursor]);

  return { items, problem, hasMore: cursor !== null, reload, add, drop, more };
}

/** The first page as it is now, followed by what had been loaded beyond it. */
function merged(before: Export[], { items, nextCursor }: List<Export>): Export[] {
  const last = items.at(-1);
  if (nextCursor === null || last === undefined) {
    return items;
  }
  const ids = new Set(items.map(({ id }) => id));
  return [...items, ...before.filter(({ id, requestedAt }) => !ids.has(id) && requestedAt <= last.requestedAt)];
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
