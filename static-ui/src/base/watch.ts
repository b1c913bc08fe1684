import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api';

const seldom = 30_000;
// Asking keeps the session open: whoever has left the desk is no reason to go on.
const attentive = 5 * 60_000;
const signsOfLife = ['pointerdown', 'pointermove', 'keydown', 'focusin'];

/**
 * What the portal knows, asked for again as long as the page is open: while something is under way every `often` milliseconds, seldom
 * otherwise. `onChange` hears what was known before and what is known now.
 */
export function useWatch<T>(
  load: () => Promise<T>,
  keys: unknown[],
  isBusy: (value: T) => boolean,
  often: number,
  onChange?: (before: T, now: T) => void,
) {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  // What the next answer is compared with; a state variable would be a drawing too late.
  const known = useRef<T | undefined>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const turn = useRef(0);

  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const next = await load();
      if (mine !== turn.current) {
        return;
      }
      const before = known.current;
      known.current = next;
      setValue(next);
      setProblem(undefined);
      if (before !== undefined) {
        changed.current?.(before, next);
      }
    } catch (thrown) {
      if (mine === turn.current) {
        setProblem(asProblem(thrown));
      }
    }
  }, keys);

  useEffect(() => {
    void reload();
    return () => {
      turn.current++;
    };
  }, [reload]);

  const busy = value !== undefined && isBusy(value);
  useEffect(() => {
    let timer = 0;
    let gone = false;
    let alive = Date.now();
    const plan = () => {
      clearTimeout(timer);
      timer = window.setTimeout(ask, busy && !document.hidden ? often : seldom);
    };
    const ask = async () => {
      if (busy || (!document.hidden && Date.now() - alive < attentive)) {
        await reload();
      }
      if (!gone) {
        plan();
      }
    };
    // Whoever comes back to the page has come to see what holds now.
    const look = () => {
      if (document.hidden) {
        plan();
      } else {
        live();
        void ask();
      }
    };
    const live = () => {
      alive = Date.now();
    };
    plan();
    document.addEventListener('visibilitychange', look);
    signsOfLife.forEach((sign) => document.addEventListener(sign, live, { passive: true }));
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
      signsOfLife.forEach((sign) => document.removeEventListener(sign, live));
    };
  }, [busy, reload]);

  /** What an answer to something else has told; one that was asked for before it is dropped. */
  const keep = useCallback((change: (known: T | undefined) => T) => {
    turn.current++;
    const next = change(known.current);
    known.current = next;
    setValue(() => next);
    setProblem(undefined);
  }, []);

  return { value, problem, reload, keep };
}
