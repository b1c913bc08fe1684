import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

// Paths inside the program begin after /ssp: '/', '/account', '/organizations/…/csv-export'.
const base = '/ssp';
const moved = 'ssp-moved';
let moves = 0;
// What is to be said where a move leads, and nowhere else.
let carried = { path: '', sentence: '' };

export function currentPath(): string {
  const path = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : location.pathname;
  return path === '' ? '/' : path;
}

/** The path shown in the address bar, now and after every move. */
export function usePath(): string {
  const [path, setPath] = useState(currentPath);
  useEffect(() => {
    const follow = (event: Event) => {
      if (event.type === 'popstate' && currentPath() !== path) {
        moves++;
      }
      setPath(currentPath());
    };
    // A move may have happened between drawing and this effect.
    setPath(currentPath());
    addEventListener('popstate', follow);
    addEventListener(moved, follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener(moved, follow);
    };
  }, [path]);
  return path;
}

/** `notice`: a sentence for the page one arrives at. It never holds a secret. */
export function go(to: string, how: { replace?: boolean; notice?: string } = {}) {
  moves++;
  carried = { path: to, sentence: how.notice ?? '' };
  if (how.replace) {
    history.replaceState(null, '', base + to);
  } else {
    history.pushState(null, '', base + to);
    scrollTo(0, 0);
  }
  dispatchEvent(new Event(moved));
}

/** What of the page stands in the address after the question mark, and a way to change it: shared links and reloads then show the same. */
export function useQuery<Name extends string>(...names: Name[]) {
  const [search, setSearch] = useState(location.search);
  useEffect(() => {
    const follow = () => setSearch(location.search);
    follow();
    addEventListener('popstate', follow);
    addEventListener(moved, follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener(moved, follow);
    };
  }, []);

  const query = new URLSearchParams(search);
  const values = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ''])) as Record<Name, string>;
  const change = (parts: Partial<Record<Name, string>>) => {
    const next = withQuery(location.pathname, { ...Object.fromEntries(new URLSearchParams(location.search)), ...parts });
    // Not a step to come back to: the way back leads to the page before this one.
    history.replaceState(null, '', next);
    setSearch(location.search);
  };
  return [values, change] as const;
}

/** An address with what stands after its question mark; what is empty is left out. */
export function withQuery(path: string, parts: Record<string, string | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) {
    if (value) {
      query.set(name, value);
    }
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

export function takeNotice(): string {
  const sentence = carried.path === currentPath() ? carried.sentence : '';
  carried = { path: '', sentence: '' };
  return sentence;
}

/** False while the page first loads: the focus then stays where the browser puts it. */
export function hasMoved(): boolean {
  return moves > 0;
}

/** An address that leads back to the present page after signing in. */
export function withReturn(to: string): string {
  const here = currentPath();
  return here === '/' || here === '/sign-in' || here === '/welcome'
    ? to + location.search
    : `${to}?return=${encodeURIComponent(here + location.search)}`;
}

export function returnPath(): string {
  const wanted = new URLSearchParams(location.search).get('return') ?? '/';
  return /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}

interface LinkProps {
  to: string;
  class: string;
  title?: string;
  'aria-current'?: 'page' | 'true';
  'data-size'?: 'sm';
  'data-variant'?: 'secondary';
  children: ComponentChildren;
}

export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      go(to);
    }
  };
  return (
    <a {...rest} href={base + to} onClick={follow}>
      {children}
    </a>
  );
}
