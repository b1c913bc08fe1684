import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from './i18n';
import { hasMoved, Link } from './router';

interface PageProps {
  title: string;
  /** Stands before the title in the window's tab, e.g. how many exports are running. */
  news?: string;
  lead?: ComponentChildren;
  inner?: boolean;
  narrow?: boolean;
  children?: ComponentChildren;
}

/** What every page has: a title in the window, a way back, and one heading that takes the focus when one arrives. */
export function Page({ title, news, lead, inner, narrow, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = [news, title, t('portal.name')].filter(Boolean).join(' – ');
  }, [news, title]);

  useEffect(() => {
    if (hasMoved()) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);

  return (
    <div class={narrow ? 'page page--narrow' : 'page'}>
      {inner && (
        <nav class="ds-breadcrumbs" aria-label={t('page.breadcrumbs')}>
          <Link class="ds-link" to="/">
            {t('page.home')}
          </Link>
          <ol>
            <li>
              <Link class="ds-link" to="/">
                {t('page.home')}
              </Link>
            </li>
            <li>
              <span aria-current="page">{title}</span>
            </li>
          </ol>
        </nav>
      )}
      <div class="page__head">
        <h1 class="ds-heading" data-size="lg" tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {lead && <div class="page__lead">{lead}</div>}
      </div>
      {children}
    </div>
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
