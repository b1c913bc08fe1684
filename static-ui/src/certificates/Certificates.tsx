import { announce } from '../base/announcer';
import { language, plural, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { Page } from '../base/page';
import { useWatch } from '../base/watch';
import { GroupTabs } from '../session/GroupTabs';
import { placesFor } from '../session/permissions';
import type { Session } from '../session/session';
import { askOften, loadOverview, type Overview } from './certificate';
import { OverviewTable } from './OverviewTable';

const isUnderWay = ({ latest }: Overview) => latest !== null && !latest.isOver;

/** The organisations somebody manages certificates for, and how each stands. */
export function Certificates({ session }: { session: Session }) {
  const overview = useWatch(loadOverview, [language()], (items) => items.some(isUnderWay), askOften, announceOver);
  const mayManage = placesFor('ListCertificates', session).length > 0;
  const underWay = overview.value?.filter(isUnderWay).length ?? 0;

  return (
    <Page
      title={t('certificate.title')}
      news={underWay > 0 ? plural(underWay, { one: 'certificate.underWay_one', other: 'certificate.underWay_other' }) : undefined}
      lead={mayManage && t('overview.lead')}
      tabs={<GroupTabs session={session} />}
      inner
    >
      {overview.problem && overview.value && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('export.notUpToDate', { reason: overview.problem.sentence })}</p>
        </div>
      )}
      {!overview.value ? (
        overview.problem ? (
          <ProblemNotice problem={overview.problem} again={overview.reload} />
        ) : (
          <Loading />
        )
      ) : overview.value.length === 0 ? (
        <div class="ds-card empty stack">
          <h2 class="ds-heading" data-size="xs">
            {t('overview.noneTitle')}
          </h2>
          <p>{mayManage ? t('overview.noneYet') : t('overview.noRole')}</p>
        </div>
      ) : (
        <OverviewTable items={overview.value} />
      )}
    </Page>
  );
}

function announceOver(before: Overview[], now: Overview[]) {
  const underWay = new Set(before.filter(isUnderWay).map(({ latest }) => latest!.id));
  const over = now.filter(({ latest }) => latest !== null && latest.isOver && underWay.has(latest.id));
  if (over.length > 0) {
    announce(over.map(({ organization, latest }) => t('overview.announce', { organization: organization.title, message: latest!.latest.message })).join(' '));
  }
}
