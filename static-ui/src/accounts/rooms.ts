// One file for the browser to fetch: whoever opens one of these pages opens the others too.
export { Accounts } from './Accounts';
export { NewUserManager } from './NewUserManager';
export { People } from './People';
export { PersonPage } from './PersonPage';
