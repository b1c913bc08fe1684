import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../accounts/session';
import { EventLog } from '../audit/EventLog';
import { get } from '../api';
import { language, t } from '../i18n';
import { Loading, ProblemNotice, useLoad } from '../load';
import { AddMember } from '../members/AddMember';
import { EditMember } from '../members/EditMember';
import { ImportMembers } from '../members/ImportMembers';
import type { Issued } from '../accounts/IssuedPassword';
import { MemberList } from '../members/MemberList';
import { NotFound, Page, type Step, Tabs } from '../page';
import { may } from '../permissions';
import { go, Link } from '../router';
import { EditOrganization } from './EditOrganization';
import type { Organization } from './membership';
import { Revisions } from './Revisions';

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
  const [part, member] = rest;
  const tabs: (Step & { shown: boolean })[] = [
    { to: overview, name: t('members.title'), shown: allowed('ListMembers') },
    { to: `${base}/edit`, name: t('organizationForm.tab'), shown: allowed('EditOrganization') },
    { to: `${base}/revisions`, name: t('revisions.title'), shown: allowed('ListRevisions') },
    { to: `${base}/audit`, name: t('nav.audit'), shown: allowed('ListEvents') },
  ];

  const show = (name: string, children: ComponentChildren, inMembers = false) => (
    <Page
      key={path}
      title={organization.title}
      part={name}
      trail={[
        { to: '/organizations', name: t('nav.groups') },
        { to: overview, name: inMembers ? `${organization.title} – ${t('members.title')}` : organization.title },
      ].slice(0, path === overview ? 1 : 2)}
      lead={<span class="number">{t('organization.nihdiNumber', { nihdi: organization.nihdi })}</span>}
      tabs={
        <>
          {allowed('RequestExport csv') && (
            <p class="actions">
              <Link class="ds-button" to={`${base}/csv-export`}>
                {t('csv.title')}
              </Link>
            </p>
          )}
          <Tabs label={t('organization.parts')} tabs={tabs.filter(({ shown }) => shown)} path={path} />
        </>
      }
    >
      {children}
    </Page>
  );

  const inRoom = { session, organization };
  if (path === overview) {
    return show(t('members.title'), <MemberList {...inRoom} issued={issued} onIssued={setIssued} />);
  }
  if (path === `${overview}/add` && allowed('AddMember')) {
    return show(t('members.add'), <AddMember {...inRoom} onIssued={setIssued} />, true);
  }
  if (path === `${overview}/import` && allowed('ImportMembers')) {
    return show(t('members.import'), <ImportMembers {...inRoom} />, true);
  }
  if (part === 'members' && rest.length === 2 && allowed('EditMember')) {
    return show(t('members.edit'), <EditMember {...inRoom} accountId={member} />, true);
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
