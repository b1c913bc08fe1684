import type { Session } from './accounts/session';
import { SignIn } from './accounts/SignIn';
import { TemporaryPassword } from './accounts/TemporaryPassword';
import { later } from './later';
import { MyOrganizations } from './organizations/MyOrganizations';
import { NotFound } from './page';

// What nobody needs in order to sign in is fetched when somebody goes there.
const MyAccount = later(() => import('./accounts/MyAccount').then((file) => file.MyAccount));
const People = later(() => import('./accounts/rooms').then((file) => file.People));
const Accounts = later(() => import('./accounts/rooms').then((file) => file.Accounts));
const NewUserManager = later(() => import('./accounts/rooms').then((file) => file.NewUserManager));
const PersonPage = later(() => import('./accounts/rooms').then((file) => file.PersonPage));
const Organizations = later(() => import('./organizations/Organizations').then((file) => file.Organizations));
const NewOrganization = later(() => import('./organizations/NewOrganization').then((file) => file.NewOrganization));
const OrganizationRoom = later(() => import('./organizations/OrganizationRoom').then((file) => file.OrganizationRoom));
const AuditLog = later(() => import('./audit/AuditLog').then((file) => file.AuditLog));
const CsvExport = later(() => import('./exports/CsvExport').then((file) => file.CsvExport));
const NippinRoom = later(() => import('./nippin/NippinRoom').then((file) => file.NippinRoom));
const Certificates = later(() => import('./certificates/rooms').then((file) => file.Certificates));

/** Why somebody is asked to sign in. */
export type Reason = 'none' | 'over' | 'signedOut';

const partsOfOrganization = /^(|members(\/[^/]+)?|certificates(\/[^/]+)?|edit|revisions|audit)$/;

/** Which page stands at which address. */
export function Screen({ path, session, reason }: { path: string; session: Session | null; reason: Reason }) {
  if (session === null) {
    return <SignIn reason={reason} />;
  }
  if (session.mustChangePassword) {
    return <TemporaryPassword email={session.account.email} />;
  }

  const [room, id, ...rest] = parts(path);
  switch (room) {
    case undefined:
      return <MyOrganizations session={session} />;
    case 'account':
      return id === undefined ? <MyAccount session={session} /> : <NotFound />;
    case 'organizations':
      return <OrganizationsScreen path={path} session={session} id={id} rest={rest} />;
    case 'certificates':
      return id === undefined ? <Certificates session={session} /> : <NotFound />;
    case 'people':
      return id === undefined ? <People session={session} /> : rest.length === 0 ? <PersonPage session={session} accountId={id} /> : <NotFound />;
    case 'accounts':
      return id === undefined ? <Accounts session={session} /> : path === '/accounts/new' ? <NewUserManager session={session} /> : <NotFound />;
    case 'audit':
      return id === undefined ? <AuditLog session={session} /> : <NotFound />;
    default:
      return <NotFound />;
  }
}

interface OrganizationsScreenProps {
  path: string;
  session: Session;
  id: string | undefined;
  rest: string[];
}

function OrganizationsScreen({ path, session, id, rest }: OrganizationsScreenProps) {
  if (id === undefined) {
    return <Organizations session={session} />;
  }
  if (path === '/organizations/new') {
    return <NewOrganization session={session} />;
  }
  if (rest[0] === 'csv-export' && rest.length === 1) {
    return <CsvExport session={session} organizationId={id} />;
  }
  if (rest[0] === 'nippin') {
    return <NippinRoom session={session} organizationId={id} path={path} rest={rest.slice(1)} />;
  }
  return partsOfOrganization.test(rest.join('/')) ? (
    <OrganizationRoom session={session} organizationId={id} path={path} rest={rest} />
  ) : (
    <NotFound />
  );
}

const parts = (path: string) => path.split('/').filter((part) => part !== '');

/** A screen begins anew at every address, but for the parts of one organisation and its NIPPIN pages, which share what is known of them. */
export function roomOf(path: string): string {
  const [room, id, part] = parts(path);
  if (room !== 'organizations' || id === undefined || id === 'new' || part === 'csv-export') {
    return path;
  }
  return part === 'nippin' ? `${room}/${id}/${part}` : `${room}/${id}`;
}
