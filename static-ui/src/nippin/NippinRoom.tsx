import { plural, t } from '../base/i18n';
import { NotFound, Page } from '../base/page';
import type { Membership } from '../session/membership';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import { ChangesPage } from './ChangesPage';
import { OverviewPage } from './OverviewPage';
import { nippinPath } from './paths';
import { isUnderWay } from './registry';
import { RegistryPage } from './RegistryPage';
import { useRegistries } from './useRegistries';

interface NippinRoomProps {
  session: Session;
  organizationId: string;
  path: string;
  rest: string[];
}

/** What has become of an organisation's registrations at the insurers. */
export function NippinRoom({ session, organizationId, path, rest }: NippinRoomProps) {
  const organization = session.organizations.find(({ id }) => id === organizationId);
  if (!organization) {
    return <NotFound />;
  }
  if (!may('ListNippinRegistries', session, organizationId)) {
    return (
      <Page title={t('nippin.title')} lead={organization.title} trail={trailTo(organization)}>
        <div class="ds-alert" data-color="warning">
          <p>{t('nippin.noRight')}</p>
        </div>
      </Page>
    );
  }
  return <Pages key={organizationId} session={session} organization={organization} path={path} rest={rest} />;
}

const trailTo = ({ id, title }: Membership) => [
  { to: '/organizations', name: t('nav.groups') },
  { to: `/organizations/${id}/members`, name: title },
];

/** The registries are known to all the pages of the room: a check goes on being followed when one goes from one to the other. */
function Pages({ session, organization, path, rest }: Omit<NippinRoomProps, 'organizationId'> & { organization: Membership }) {
  const registries = useRegistries(organization.id);
  const underWay = registries.items?.filter(isUnderWay).length ?? 0;
  const news = underWay > 0 ? plural(underWay, { one: 'nippin.underWay_one', other: 'nippin.underWay_other' }) : undefined;
  const trail = trailTo(organization);
  const below = [...trail, { to: nippinPath(organization.id), name: t('nippin.title') }];
  const inRoom = { session, organization, registries, news };

  const [part, name] = rest;
  if (part === undefined) {
    return <OverviewPage key={path} {...inRoom} trail={trail} />;
  }
  if (part === 'changes' && rest.length === 1 && may('ListNippinChanges', session, organization.id)) {
    return <ChangesPage key={path} {...inRoom} trail={below} />;
  }
  if (part === 'registries' && rest.length === 2 && may('ListNippinRecords', session, organization.id)) {
    return <RegistryPage key={path} {...inRoom} trail={below} registry={decoded(name)} />;
  }
  return <NotFound />;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Somebody has typed a % that stands for nothing: no registry is called that.
    return part;
  }
}
