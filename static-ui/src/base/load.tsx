import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api';
import { t } from './i18n';

/** Loads when the page appears and whenever one of `keys` changes; an answer that comes too late is dropped. */
export function useLoad<T>(load: () => Promise<T>, keys: unknown[]) {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const turn = useRef(0);

  const again = useCallback(async (quietly = false) => {
    const mine = ++turn.current;
    if (!quietly) {
      setProblem(undefined);
    }
    try {
      const loaded = await load();
      if (mine === turn.current) {
        setValue(loaded);
        setProblem(undefined);
      }
    } catch (thrown) {
      if (mine === turn.current) {
        setProblem(asProblem(thrown));
      }
    }
  }, keys);

  useEffect(() => {
    void again();
    return () => {
      turn.current++;
    };
  }, [again]);

  return { value, setValue, problem, again };
}

/** Answers whether the page is still there: what comes after somebody has left it, or has signed out, must move nothing. */
export function useStillHere(): () => boolean {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return useCallback(() => here.current, []);
}

/** `sentence`: what is waited for, where that is not the page itself. */
export function Loading({ sentence = t('loading') }: { sentence?: string }) {
  return (
    <div class="loading">
      <svg class="ds-spinner" data-size="sm" viewBox="0 0 50 50" aria-hidden="true">
        <circle class="ds-spinner__background" cx="25" cy="25" r="20" fill="none" stroke-width="5" />
        <circle class="ds-spinner__circle" cx="25" cy="25" r="20" fill="none" stroke-width="5" />
      </svg>
      <p role="status">{sentence}</p>
    </div>
  );
}

// In seconds; what the portal asks for counts, within bounds.
const shortestPause = 3;
const longestPause = 30;

interface ProblemNoticeProps {
  problem: Problem;
  /** Tries again; quietly: leaves everything as it is until an answer has come. */
  again: (quietly?: boolean) => void;
  /** What the button is called that does so. */
  name?: string;
}

/** What went wrong, and a way to try again; what may pass by itself is tried again without anybody. */
export function ProblemNotice({ problem, again, name = t('problem.tryAgain') }: ProblemNoticeProps) {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (!problem.mayPass) {
      return;
    }
    const seconds = Math.min(longestPause, Math.max(shortestPause, problem.retryAfter ?? 0));
    const timer = setTimeout(() => latest.current(true), 1000 * seconds);
    return () => clearTimeout(timer);
  }, [problem]);
  return (
    <div class="ds-alert" data-color="danger" role="alert">
      <div class="stack">
        <p>
          {problem.sentence} {problem.mayPass && t('problem.byItself')}
        </p>
        <button type="button" class="ds-button" data-variant="secondary" data-color="danger" onClick={() => again()}>
          {name}
        </button>
      </div>
    </div>
  );
}
