import { render } from 'preact';
import { language, setLanguage } from './base/i18n';
import { setTheme, theme } from './base/theme';
import { App } from './entrance/app';
import './entrance/styles.css';

const place = document.getElementById('app')!;
setTheme(theme());
setLanguage(language()).then(
  () => render(<App />, place),
  // Without its texts the portal can say this much only.
  () => {
    place.textContent = 'Laad deze pagina opnieuw. · Rechargez cette page. · Load this page again.';
  },
);
