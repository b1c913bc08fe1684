import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Issued } from '../accounts/IssuedPassword';
import { EventLog } from '../audit/EventLog';
import { get } from '../base/api';
import { language, t } from '../base/i18n';
import { later } from '../base/later';
import { Loading, ProblemNotice, useLoad } from '../base/load';
import { NotFound, Page, type Step, Tabs } from '../base/page';
import { go, Link } from '../base/router';
import { AddMember } from '../members/AddMember';
import { EditMember } from '../members/EditMember';
import { ImportMembers } from '../members/ImportMembers';
import { MemberList } from '../members/MemberList';
import { nippinPath } from '../nippin/paths';
import type { Organization } from '../session/membership';
import { may } from '../session/permissions';
import type { Session } from '../session/session';
import { EditOrganization } from './EditOrganization';
import { Revisions } from './Revisions';

const CertificateHistory = later(() => import('../certificates/rooms').then((file) => file.History));
const AddCertificate = later(() => import('../certificates/rooms').then((file) => file.AddCertificate));
const CertificateLog = later(() => import('../certificates/rooms').then((file) => file.CertificateLog));

interface OrganizationRoomProps {
  session: Session;
  organizationId: string;
  path: string;
  rest: string[];
}

/** One organisation. It is loaded once for all its parts, and knows the temporary password somebody has just been given until one leaves. */
export function OrganizationRoom({ session, organizationId, path, rest }: OrganizationRoomProps) {
  const base = `/organizations/${organizationId}`;
  const overview = `${base}/members`;
  const certificates = `${base}/certificates`;
  const allowed = (call: string) => may(call, session, organizationId);
  const loaded = useLoad(() => get<Organization>(base), [organizationId, language()]);
  const [issued, setIssued] = useState<Issued>();
  const bare = rest.length === 0;

  useEffect(() => {
    if (bare) {
      go(overview, { replace: true });
    }
  }, [bare]);

  useEffect(() => {
    if (path !== overview) {
      setIssued(undefined);
    }
  }, [path]);

  if (loaded.problem) {
    return loaded.problem.status === 404 ? <NotFound /> : <ProblemNotice problem={loaded.problem} again={loaded.again} />;
  }
  if (!loaded.value || bare) {
    return <Loading />;
  }

  const organization = loaded.value;
  const [part, inPart] = rest;
  const tabs: (Step & { shown: boolean })[] = [
    { to: overview, name: t('members.title'), shown: allowed('ListMembers') },
    { to: certificates, name: t('certificate.title'), shown: allowed('ListCertificates') },
    { to: `${base}/edit`, name: t('organizationForm.tab'), shown: allowed('EditOrganization') },
    { to: `${base}/revisions`, name: t('revisions.title'), shown: allowed('ListRevisions') },
    { to: `${base}/audit`, name: t('nav.audit'), shown: allowed('ListEvents') },
  ];

  const show = (name: string, children: ComponentChildren, above?: Step) => (
    <Page
      key={path}
      title={organization.title}
      part={name}
      trail={[
        { to: '/organizations', name: t('nav.groups') },
        above ? { to: above.to, name: `${organization.title} – ${above.name}` } : { to: overview, name: organization.title },
      ].slice(0, path === overview ? 1 : 2)}
      lead={<span class="number">{t('organization.nihdiNumber', { nihdi: organization.nihdi })}</span>}
      tabs={
        <>
          {(allowed('RequestExport csv') || allowed('ListNippinRegistries')) && (
            <p class="actions">
              {allowed('RequestExport csv') && (
                <Link class="ds-button" to={`${base}/csv-export`}>
                  {t('csv.title')}
                </Link>
              )}
              {allowed('ListNippinRegistries') && (
                <Link class="ds-button" data-variant={allowed('RequestExport csv') ? 'secondary' : undefined} to={nippinPath(organizationId)}>
                  {t('nippin.title')}
                </Link>
              )}
            </p>
          )}
          <Tabs label={t('organization.parts')} tabs={tabs.filter(({ shown }) => shown)} path={path} />
        </>
      }
    >
      {children}
    </Page>
  );

  const inMembers = { to: overview, name: t('members.title') };
  const inCertificates = { to: certificates, name: t('certificate.title') };
  const inRoom = { session, organization };
  if (path === overview) {
    return show(t('members.title'), <MemberList {...inRoom} issued={issued} onIssued={setIssued} />);
  }
  if (path === `${overview}/add` && allowed('AddMember')) {
    return show(t('members.add'), <AddMember {...inRoom} onIssued={setIssued} />, inMembers);
  }
  if (path === `${overview}/import` && allowed('ImportMembers')) {
    return show(t('members.import'), <ImportMembers {...inRoom} />, inMembers);
  }
  if (part === 'members' && rest.length === 2 && allowed('EditMember')) {
    return show(t('members.edit'), <EditMember {...inRoom} accountId={inPart} />, inMembers);
  }
  if (path === certificates && allowed('ListCertificates')) {
    return show(t('certificate.title'), <CertificateHistory organization={organization} />);
  }
  if (path === `${certificates}/add` && allowed('AddCertificate')) {
    return show(t('certificate.add'), <AddCertificate organization={organization} />, inCertificates);
  }
  if (part === 'certificates' && rest.length === 2 && allowed('ShowCertificateLog')) {
    return show(t('certificate.one'), <CertificateLog organization={organization} certificateId={inPart} />, inCertificates);
  }
  if (path === `${base}/edit` && allowed('EditOrganization')) {
    return show(t('organizationForm.tab'), <EditOrganization organization={organization} onChange={loaded.setValue} />);
  }
  if (path === `${base}/revisions` && allowed('ListRevisions')) {
    return show(t('revisions.title'), <Revisions organizationId={organizationId} />);
  }
  if (path === `${base}/audit` && allowed('ListEvents')) {
    return show(t('nav.audit'), <EventLog key={base} base={base} />);
  }
  return <NotFound />;
}
