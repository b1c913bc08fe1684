import { render } from 'preact';
import { App } from './app';
import { language, setLanguage } from './i18n';
import './styles.css';
import { setTheme, theme } from './theme';

const place = document.getElementById('app')!;
setTheme(theme());
setLanguage(language()).then(
  () => render(<App />, place),
  // Without its texts the portal can say this much only.
  () => {
    place.textContent = 'Laad deze pagina opnieuw. · Rechargez cette page. · Load this page again.';
  },
);
