import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Announcer } from '../base/announcer';
import { whenWaiting } from '../base/api';
import { type Language, t } from '../base/i18n';
import markAddress from '../base/mark.svg';
import { usePortal } from '../base/portal';
import { Link } from '../base/router';
import { ServiceDesk } from '../base/serviceDesk';
import { setTheme, type Theme, theme } from '../base/theme';
import { useSession } from '../session/session';
import { Navigation } from './navigation';

const languages: { code: Language; name: string }[] = [
  { code: 'nl', name: 'Nederlands' },
  { code: 'fr', name: 'Français' },
  { code: 'en', name: 'English' },
];

interface FrameProps {
  language: Language;
  onLanguage: (language: Language) => void;
  children: ComponentChildren;
}

export function Frame({ language, onLanguage, children }: FrameProps) {
  const main = useRef<HTMLElement>(null);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return (
    <>
      <a class="ds-skip-link" href="#main" onClick={skip}>
        {t('frame.skip')}
      </a>
      <header class="header">
        <div class="wrap header__row">
          <Link class="brand" to="/">
            <img src={markAddress} alt="" width="36" height="36" />
            <span>{t('portal.name')}</span>
          </Link>
          <LanguageSwitch language={language} onLanguage={onLanguage} />
          <Person />
        </div>
        <Navigation />
      </header>
      <Waiting />
      <main id="main" tabIndex={-1} ref={main} class="wrap main">
        {children}
      </main>
      <Footer />
      <Announcer />
    </>
  );
}

/** Says that the page has been waiting for a while. The place is there from the first, so that a screen reader hears what comes into it. */
function Waiting() {
  const [waits, setWaits] = useState(false);
  useEffect(() => whenWaiting(setWaits), []);
  return (
    <div role="status" data-testid="waiting">
      {waits && <p class="wrap waiting">{t('frame.waiting')}</p>}
    </div>
  );
}

function LanguageSwitch({ language, onLanguage }: Omit<FrameProps, 'children'>) {
  return (
    <div class="languages" role="group" aria-label={t('frame.language')}>
      {languages.map(({ code, name }) => (
        <button type="button" key={code} lang={code} aria-pressed={code === language} onClick={() => onLanguage(code)}>
          {code.toUpperCase()} <span class="ds-sr-only">{name}</span>
        </button>
      ))}
    </div>
  );
}

function Person() {
  const { session, signOut } = useSession();
  if (session === null) {
    return null;
  }
  const email = session.account.email;
  return (
    <div class="person">
      {session.mustChangePassword ? (
        <span class="person__email">{email}</span>
      ) : (
        <Link class="ds-link person__email" to="/account" title={t('account.title')}>
          <span class="ds-sr-only">{t('account.title')}: </span>
          {email}
        </Link>
      )}
      <button type="button" class="ds-button" data-variant="secondary" data-size="sm" onClick={() => signOut()}>
        {t('frame.signOut')}
      </button>
    </div>
  );
}

function Footer() {
  const portal = usePortal();
  const [chosen, choose] = useState<Theme>(theme());
  const change = (next: Theme) => {
    setTheme(next);
    choose(next);
  };
  return (
    <footer class="footer">
      <div class="wrap footer__row">
        <p>
          {portal?.serviceDesk ? (
            <>
              {t('frame.help')} <ServiceDesk address={portal.serviceDesk} />
            </>
          ) : (
            t('frame.helpWithout')
          )}
        </p>
        <div class="appearance">
          <label for="appearance">{t('frame.appearance')}</label>
          <select
            class="ds-input"
            data-width="auto"
            id="appearance"
            value={chosen}
            onChange={(event) => change(event.currentTarget.value as Theme)}
          >
            <option value="auto">{t('frame.appearanceAuto')}</option>
            <option value="light">{t('frame.appearanceLight')}</option>
            <option value="dark">{t('frame.appearanceDark')}</option>
          </select>
        </div>
      </div>
    </footer>
  );
}
