import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../base/announcer';
import type { List } from '../base/api';

/**
 * Says how many were found whenever somebody has asked for something else or for more. A list that was only brought up to date keeps
 * silent: what brought it about has been said already.
 */
export function useFound(asked: string, found: List<unknown> | undefined, sentence: () => string) {
  const answered = useRef(asked);
  const length = useRef(Infinity);
  const latest = useRef(asked);
  latest.current = asked;

  useEffect(() => {
    if (!found) {
      return;
    }
    if (answered.current !== latest.current || found.items.length > length.current) {
      announce(sentence());
    }
    answered.current = latest.current;
    length.current = found.items.length;
  }, [found]);
}
