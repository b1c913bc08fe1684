import type { JSX } from 'preact';
import { later } from '../base/later';
import { MyOrganizations } from '../organizations/MyOrganizations';
import type { Session } from '../session/session';

// What nobody needs in order to sign in is fetched when somebody goes there.
const MyAccount = later(() => import('../accounts/MyAccount').then((file) => file.MyAccount));
const People = later(() => import('../accounts/rooms').then((file) => file.People));
const Accounts = later(() => import('../accounts/rooms').then((file) => file.Accounts));
const NewUserManager = later(() => import('../accounts/rooms').then((file) => file.NewUserManager));
const PersonPage = later(() => import('../accounts/rooms').then((file) => file.PersonPage));
const Organizations = later(() => import('../organizations/Organizations').then((file) => file.Organizations));
const NewOrganization = later(() => import('../organizations/NewOrganization').then((file) => file.NewOrganization));
const OrganizationRoom = later(() => import('../organizations/OrganizationRoom').then((file) => file.OrganizationRoom));
const AuditLog = later(() => import('../audit/AuditLog').then((file) => file.AuditLog));
const CsvExport = later(() => import('../exports/CsvExport').then((file) => file.CsvExport));
const NippinRoom = later(() => import('../nippin/NippinRoom').then((file) => file.NippinRoom));
const Certificates = later(() => import('../certificates/rooms').then((file) => file.Certificates));

/** The entries of the navigation, by the address each leads to. */
export type Section = '/' | '/organizations' | '/certificates' | '/people' | '/audit';

interface Place {
  session: Session;
  path: string;
  /** What stands in the address in the place of `:id`. */
  id: string;
  /** The parts of the address after `:id`. */
  rest: string[];
}

interface Route {
  /** Where the page stands: `:id` is one part, a `*` at the end any number of them. */
  path: string;
  section?: Section;
  /** A page begins anew at every address, unless its routes share a screen: then it is told of the new address and keeps what it knows. */
  screen?: string;
  show: (place: Place) => JSX.Element;
}

const organizationRoom = ({ session, id, path, rest }: Place) => <OrganizationRoom session={session} organizationId={id} path={path} rest={rest} />;

/** Every address of the portal that somebody who is signed in can go to. The first route that fits is taken. */
const routes: Route[] = [
  { path: '/', section: '/', show: ({ session }) => <MyOrganizations session={session} /> },
  { path: '/account', show: ({ session }) => <MyAccount session={session} /> },
  { path: '/organizations', section: '/organizations', show: ({ session }) => <Organizations session={session} /> },
  { path: '/organizations/new', section: '/organizations', show: ({ session }) => <NewOrganization session={session} /> },
  { path: '/organizations/:id/csv-export', section: '/organizations', show: ({ session, id }) => <CsvExport session={session} organizationId={id} /> },
  {
    path: '/organizations/:id/nippin/*',
    section: '/organizations',
    screen: 'nippin',
    show: ({ session, id, path, rest }) => <NippinRoom session={session} organizationId={id} path={path} rest={rest.slice(1)} />,
  },
  ...['', '/members', '/members/:part', '/certificates', '/certificates/:part', '/edit', '/revisions', '/audit'].map(
    (part): Route => ({ path: `/organizations/:id${part}`, section: '/organizations', screen: 'organization', show: organizationRoom }),
  ),
  { path: '/certificates', section: '/certificates', show: ({ session }) => <Certificates session={session} /> },
  { path: '/people', section: '/people', show: ({ session }) => <People session={session} /> },
  { path: '/people/:id', section: '/people', show: ({ session, id }) => <PersonPage session={session} accountId={id} /> },
  { path: '/accounts', section: '/people', show: ({ session }) => <Accounts session={session} /> },
  { path: '/accounts/new', section: '/people', show: ({ session }) => <NewUserManager session={session} /> },
  { path: '/audit', section: '/audit', show: ({ session }) => <AuditLog session={session} /> },
];

/** The route of an address; undefined where there is no page. */
export function routeOf(path: string): Route | undefined {
  const parts = partsOf(path);
  return routes.find((route) => {
    const wanted = partsOf(route.path);
    const open = wanted.at(-1) === '*';
    const fixed = open ? wanted.slice(0, -1) : wanted;
    return (open ? parts.length >= fixed.length : parts.length === fixed.length) && fixed.every((part, place) => part.startsWith(':') || part === parts[place]);
  });
}

/** The page of an address, on its route. */
export function show(route: Route, path: string, session: Session): JSX.Element {
  const parts = partsOf(path);
  const place = partsOf(route.path).indexOf(':id');
  return route.show({ session, path, id: place < 0 ? '' : parts[place]!, rest: place < 0 ? [] : parts.slice(place + 1) });
}

/** Addresses of the same screen share what their page knows. */
export function screenOf(path: string): string {
  const screen = routeOf(path)?.screen;
  return screen === undefined ? path : `${screen} ${partsOf(path)[1]}`;
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '');
