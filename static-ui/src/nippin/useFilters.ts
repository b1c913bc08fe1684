import { useEffect, useState } from 'preact/hooks';
import type { Errors } from '../base/form';
import { useQuery } from '../base/router';
import { dayOr, type Period, wrongOrder } from './period';
import { isResult, type Result } from './result';

/** Long enough to type a year in, which is a date after its first digit already. */
const rest = 500;

/** What is typed, and what is asked for once the typing rests: that stands in the address. */
export function useFilters() {
  const [query, ask] = useQuery('start', 'end', 'result', 'search');
  const result: Result | '' = isResult(query.result) ? query.result : '';
  const asked = { start: dayOr(query.start), end: dayOr(query.end), result, search: query.search };
  const [typed, setTyped] = useState({ start: asked.start, end: asked.end, search: asked.search });
  const [errors, setErrors] = useState<Errors>({});

  useEffect(() => {
    const pause = setTimeout(() => {
      const found = wrongOrder(typed);
      setErrors(found);
      if (Object.keys(found).length === 0) {
        ask({ ...typed, search: typed.search.trim() });
      }
    }, rest);
    return () => clearTimeout(pause);
  }, [typed]);

  return {
    asked,
    typed,
    errors,
    type: (part: Partial<typeof typed>) => setTyped({ ...typed, ...part }),
    /** Chosen, not typed: there is nothing to wait for. */
    choosePeriod: (period: Period) => {
      setErrors({});
      setTyped({ ...typed, ...period });
      ask({ ...period });
    },
    chooseResult: (result: Result | '') => ask({ result }),
  };
}
