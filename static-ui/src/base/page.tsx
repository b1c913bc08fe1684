import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from './i18n';
import { Notice } from './notice';
import { hasMoved, Link, takeNotice } from './router';

export interface Step {
  to: string;
  name: string;
}

interface PageProps {
  title: string;
  /** Stands before the title in the window's tab, e.g. how many exports are running. */
  news?: string;
  lead?: ComponentChildren;
  inner?: boolean;
  /** The pages between home and this one. */
  trail?: Step[];
  tabs?: ComponentChildren;
  /** The part of the page that is shown, where it has several: its own heading, which then takes the focus. */
  part?: string;
  narrow?: boolean;
  children?: ComponentChildren;
}

/** What every page has: a title in the window, a way back, and a heading that takes the focus when one arrives. */
export function Page({ title, news, lead, inner, trail, tabs, part, narrow, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const page = useRef<HTMLDivElement>(null);
  const [notice] = useState(takeNotice);

  useEffect(() => {
    document.title = [news, part, title, t('portal.name')].filter(Boolean).join(' – ');
  }, [news, part, title]);

  useEffect(() => {
    // What has something to say, a notice above all, has taken the focus before.
    if (hasMoved() && !page.current?.contains(document.activeElement)) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);

  return (
    <div class={narrow ? 'page page--narrow' : 'page'} ref={page}>
      {(inner || trail) && <Breadcrumbs steps={[{ to: '/', name: t('page.home') }, ...(trail ?? [])]} here={part ?? title} />}
      <div class="page__head">
        <h1 class="ds-heading" data-size="lg" tabIndex={-1} ref={part === undefined ? heading : undefined}>
          {title}
        </h1>
        {lead && <div class="page__lead">{lead}</div>}
      </div>
      {tabs}
      {notice !== '' && (
        <Notice>
          <p>{notice}</p>
        </Notice>
      )}
      {part !== undefined && (
        <h2 class="ds-heading page__part" data-size="sm" tabIndex={-1} ref={heading}>
          {part}
        </h2>
      )}
      {children}
    </div>
  );
}

function Breadcrumbs({ steps, here }: { steps: Step[]; here: string }) {
  const back = steps[steps.length - 1];
  return (
    <nav class="ds-breadcrumbs" aria-label={t('page.breadcrumbs')}>
      <Link class="ds-link" to={back.to}>
        {back.name}
      </Link>
      <ol>
        {steps.map(({ to, name }) => (
          <li key={to}>
            <Link class="ds-link" to={to}>
              {name}
            </Link>
          </li>
        ))}
        <li>
          <span aria-current="page">{here}</span>
        </li>
      </ol>
    </nav>
  );
}

/** The parts of a page, each at an address of its own. */
export function Tabs({ label, tabs, path }: { label: string; tabs: Step[]; path: string }) {
  return (
    <nav class="parts" aria-label={label}>
      <ul role="list">
        {tabs.map(({ to, name }) => (
          <li key={to}>
            <Link class="parts__link" to={to} aria-current={path === to ? 'page' : path.startsWith(`${to}/`) ? 'true' : undefined}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function NotFound() {
  return (
    <Page title={t('notFound.title')}>
      <p>{t('notFound.text')}</p>
      <p>
        <Link class="ds-link" to="/">
          {t('notFound.home')}
        </Link>
      </p>
    </Page>
  );
}
