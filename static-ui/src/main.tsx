import { render } from 'preact';
import { App } from './app';
import { language, setLanguage } from './i18n';
import './styles.css';
import { setTheme, theme } from './theme';

setLanguage(language());
setTheme(theme());
render(<App />, document.getElementById('app')!);
