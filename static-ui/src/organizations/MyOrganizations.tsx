import { useEffect, useState } from 'preact/hooks';
import { SearchField } from '../base/fields';
import { t } from '../base/i18n';
import { later } from '../base/later';
import { Page } from '../base/page';
import { usePortal } from '../base/portal';
import { Link } from '../base/router';
import { ServiceDesk } from '../base/serviceDesk';
import { nippinPath } from '../nippin/paths';
import type { Membership } from '../session/membership';
import { may, placesFor } from '../session/permissions';
import { RoleTags } from '../session/RoleTags';
import { type Session, useSession } from '../session/session';
import { OrganizationTable } from './OrganizationTable';

const ExpiryNotices = later(() => import('../certificates/ExpiryNotices').then((file) => file.ExpiryNotices), { quiet: true });

// Someone with few organisations sees them at a glance; a field to search in would only be in the way.
const manyOrganizations = 8;

export function MyOrganizations({ session }: { session: Session }) {
  const { refresh } = useSession();
  const [search, setSearch] = useState('');
  const own = session.organizations;
  const { isUserManager } = session.account;

  // Roles may have been given or taken since the portal was opened.
  useEffect(() => {
    refresh().catch(() => {});
  }, []);

  const wanted = search.trim().toLocaleLowerCase();
  const found = own.filter(({ title, nihdi }) => title.toLocaleLowerCase().includes(wanted) || nihdi.includes(wanted));

  return (
    <Page
      title={isUserManager ? t('home.titleManager') : t('home.title')}
      lead={isUserManager ? t('home.leadManager') : own.length > 0 && t('home.lead')}
    >
      {placesFor('ListCertificates', session).length > 0 && <ExpiryNotices />}
      {own.length === 0 && !isUserManager && <NoMembership />}
      {own.length > 0 && (
        <section class="stack" aria-labelledby="own-title">
          <h2 class={isUserManager ? 'ds-heading' : 'ds-sr-only'} data-size="sm" id="own-title">
            {t('home.own')}
          </h2>
          {own.length > manyOrganizations && <SearchField id="own-search" label={t('home.search')} value={search} onChange={setSearch} />}
          {found.length === 0 && <p role="status">{t('home.nothingFound')}</p>}
          <ul class="cards" role="list">
            {found.map((membership) => (
              <li key={membership.id}>
                <OrganizationCard
                  membership={membership}
                  mayExport={may('RequestExport csv', session, membership.id)}
                  mayFollow={may('ListNippinRegistries', session, membership.id)}
                  mayCertify={may('ListCertificates', session, membership.id)}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      {isUserManager && <OrganizationTable title={t('home.all')} none={t('home.noOrganization')} />}
    </Page>
  );
}

interface OrganizationCardProps {
  membership: Membership;
  mayExport: boolean;
  mayFollow: boolean;
  mayCertify: boolean;
}

function OrganizationCard({ membership, mayExport, mayFollow, mayCertify }: OrganizationCardProps) {
  const { id, title, nihdi, roles } = membership;
  return (
    <article class="ds-card organization" aria-labelledby={`organization-${id}`}>
      <h3 class="ds-heading" data-size="xs" id={`organization-${id}`}>
        <Link class="ds-link" to={`/organizations/${id}/members`}>
          {title}
        </Link>
      </h3>
      <dl class="facts facts--inline">
        <div>
          <dt>{t('organization.nihdi')}</dt>
          <dd class="number">{nihdi}</dd>
        </div>
      </dl>
      {roles.length > 0 ? (
        <RoleTags roles={roles} label={t('organization.roles')} />
      ) : (
        <p class="subtle">{t('organization.noRole')}</p>
      )}
      {(mayExport || mayFollow || mayCertify) && (
        <p class="actions organization__actions">
          {mayExport && (
            <Link class="ds-button" to={`/organizations/${id}/csv-export`}>
              {t('csv.title')} <span class="ds-sr-only">{title}</span>
            </Link>
          )}
          {mayFollow && (
            <Link class="ds-button" data-variant={mayExport ? 'secondary' : undefined} to={nippinPath(id)}>
              {t('nippin.title')} <span class="ds-sr-only">{title}</span>
            </Link>
          )}
          {mayCertify && (
            <Link class="ds-button" data-variant={mayExport || mayFollow ? 'secondary' : undefined} to={`/organizations/${id}/certificates`}>
              {t('certificate.title')} <span class="ds-sr-only">{title}</span>
            </Link>
          )}
        </p>
      )}
    </article>
  );
}

function NoMembership() {
  const serviceDesk = usePortal()?.serviceDesk;
  return (
    <div class="ds-card empty stack">
      <h2 class="ds-heading" data-size="xs">
        {t('home.noneTitle')}
      </h2>
      <p>{t('home.noneText')}</p>
      {serviceDesk && (
        <p>
          {t('home.noneServiceDesk')} <ServiceDesk address={serviceDesk} />
        </p>
      )}
    </div>
  );
}
