import { useRef, useState } from 'preact/hooks';
import { asProblem, type Problem } from './api';
import { useStillHere } from './load';

/** One action at a time; what goes wrong is kept to be shown. */
export function useAct() {
  const stillHere = useStillHere();
  const [refused, setRefused] = useState<Problem>();
  const doing = useRef(false);

  const act = async (action: () => Promise<void>) => {
    if (doing.current) {
      return;
    }
    doing.current = true;
    setRefused(undefined);
    try {
      await action();
    } catch (thrown) {
      if (stillHere()) {
        setRefused(asProblem(thrown));
      }
    } finally {
      doing.current = false;
    }
  };

  return { act, refused };
}

export function Refused({ problem }: { problem: Problem | undefined }) {
  return problem ? (
    <div class="ds-alert" data-color="danger" role="alert">
      <p>{problem.sentence}</p>
    </div>
  ) : null;
}
