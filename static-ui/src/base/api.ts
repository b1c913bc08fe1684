import { language, t } from './i18n';

const root = '/ssp/api';
// An answer that has not come by then will not come.
const patience = 30_000;
// What a page waits for longer than that it says.
const prompt = 800;

/** An answer that is not a success, as the portal says it (application/problem+json), or as the network does. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly sentence: string,
    readonly errors: Record<string, string[]> = {},
    readonly retryAfter: number | null = null,
    /** What somebody else has made of it meanwhile (412). */
    readonly current: unknown = undefined,
  ) {
    super(sentence);
  }

  /** Whether trying again may help by itself: the portal, or what it stands on, is away for the moment. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export interface List<T> {
  items: T[];
  nextCursor: string | null;
}

type Doubt = 'over' | 'changed';

let token = '';
let waiting = 0;
let onWaiting: (waits: boolean) => void = () => {};
let onDoubt: (doubt: Doubt) => Promise<void> | void = () => {};

/** Every write carries the token that came with the session. */
export function setToken(next: string) {
  token = next;
}

/** Who wants to know that an answer has shown the session to be over, or other than we thought. */
export function whenSessionIsInDoubt(listener: (doubt: Doubt) => Promise<void> | void) {
  onDoubt = listener;
}

/** Who shows that a page has been waiting for an answer for a while, and that it does no longer. */
export function whenWaiting(listener: (waits: boolean) => void) {
  onWaiting = listener;
}

export const get = <T>(path: string) => send<T>('GET', path);
export const post = <T>(path: string, body: object) => send<T>('POST', path, body);
export const put = <T>(path: string, body: object) => send<T>('PUT', path, body);
/** Changes what bears this ETag; when somebody has changed it meanwhile, the portal answers 412 with what there is now. */
export const patch = <T>(path: string, body: object, etag: string) => send<T>('PATCH', path, body, etag);
/** Sends a form with a file in it. */
export const upload = <T>(path: string, form: FormData) => send<T>('POST', path, form);
export const remove = (path: string) => send<void>('DELETE', path);

export function fileAddress(path: string): string {
  return root + path;
}

async function send<T>(method: string, path: string, body?: object, etag?: string): Promise<T> {
  const tokenThen = token;
  const headers: Record<string, string> = { 'Accept': 'application/json', 'Accept-Language': language() };
  const isForm = body instanceof FormData;
  // A form names its own type, with the boundary between its parts.
  if (body !== undefined && !isForm) {
    headers['Content-Type'] = 'application/json';
  }
  if (etag !== undefined) {
    headers['If-Match'] = etag;
  }
  if (method !== 'GET' && token !== '') {
    headers['X-CSRF-Token'] = token;
  }

  let answer: Response;
  const done = method === 'GET' ? noteWaiting() : () => {};
  try {
    answer = await fetch(root + path, {
      method,
      headers,
      body: isForm ? body : body && JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Problem(0, 'unreachable', t('problem.unreachable'));
  } finally {
    done();
  }

  if (answer.ok) {
    return answer.status === 204 ? (undefined as T) : await jsonOf<T>(answer);
  }

  const problem = await problemOf(answer);
  // The two calls about the session itself expect a 401; anywhere else it means that the session is over, unless another has begun since.
  if (problem.status === 401 && path !== '/session' && tokenThen === token) {
    onDoubt('over');
  } else if (problem.status === 403 && (problem.code === 'password_change_required' || problem.code.includes('csrf'))) {
    // The new token comes first, so that who reads the sentence and tries again is not refused again.
    await onDoubt('changed');
  }
  throw problem;
}

function noteWaiting(): () => void {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    onWaiting(++waiting > 0);
  }, prompt);
  return () => {
    clearTimeout(timer);
    if (late) {
      onWaiting(--waiting > 0);
    }
  };
}

async function jsonOf<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Problem(answer.status, 'unreadable', t('problem.unexpected'));
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const seconds = Number(answer.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  try {
    const body = await answer.json();
    return new Problem(
      answer.status,
      body.code ?? '',
      body.detail ?? body.title ?? sentenceFor(answer.status),
      body.errors ?? {},
      retryAfter,
      body.current,
    );
  } catch {
    return new Problem(answer.status, '', sentenceFor(answer.status), {}, retryAfter);
  }
}

// A proxy in between answers in its own words, if any.
function sentenceFor(status: number): string {
  return status === 502 || status === 503 || status === 504 ? t('problem.unavailable') : t('problem.unexpected');
}

export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) {
    return thrown;
  }
  console.error(thrown);
  return new Problem(-1, 'bug', t('problem.unexpected'));
}
