import { useRef, useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { t } from '../base/i18n';
import { Loading, ProblemNotice, useStillHere } from '../base/load';
import { Notice } from '../base/notice';
import { go, Link } from '../base/router';
import type { Organization } from '../session/membership';
import { addPath, type Certificate, checkAgain, logPath } from './certificate';
import { EndNotice } from './EndNotice';
import { RollBack } from './RollBack';
import { Timeline } from './Timeline';
import { useHistory } from './useHistory';
import { VersionTable } from './VersionTable';

/** All the certificates of an organisation, and what has become of each. */
export function History({ organization }: { organization: Organization }) {
  const { id: organizationId, title } = organization;
  const history = useHistory(organizationId);
  const heading = useRef<HTMLHeadingElement>(null);
  const stillHere = useStillHere();
  const { act, refused } = useAct();
  const [asked, ask] = useState<Certificate>();
  const [done, setDone] = useState({ turn: 0, fileName: '' });
  const inUse = history.items?.find(({ isActive }) => isActive) ?? history.items?.find(({ status }) => status === 'expired');

  const check = (certificate: Certificate) =>
    act(async () => {
      await checkAgain(organizationId, certificate.id);
      if (stillHere()) {
        go(logPath(organizationId, certificate.id), { notice: t('certificate.checkBegun') });
      }
    });

  const more = () =>
    act(async () => {
      if (!(await history.more())) {
        // The button that was used goes away with the last page.
        heading.current?.focus({ preventScroll: true });
      }
    });

  const rolledBack = async () => {
    const { fileName } = asked!;
    ask(undefined);
    await history.begin();
    setDone(({ turn }) => ({ turn: turn + 1, fileName }));
  };

  return (
    <>
      {done.turn > 0 && (
        <Notice key={done.turn}>
          <p>{t('rollBack.done', { fileName: done.fileName })}</p>
        </Notice>
      )}
      {inUse && <EndNotice certificate={inUse} organization={title} />}
      <p>
        <Link class="ds-button" to={addPath(organizationId)}>
          {t('certificate.add')}
        </Link>
      </p>
      <Refused problem={refused} />
      {history.problem && history.items && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('export.notUpToDate', { reason: history.problem.sentence })}</p>
        </div>
      )}
      {!history.items ? (
        history.problem ? (
          <ProblemNotice problem={history.problem} again={history.reload} />
        ) : (
          <Loading />
        )
      ) : history.items.length === 0 ? (
        <div class="ds-card empty stack">
          <h3 class="ds-heading" data-size="xs">
            {t('certificate.noneTitle')}
          </h3>
          <p>{t('certificate.noneText', { organization: title })}</p>
        </div>
      ) : (
        <section class="stack" aria-labelledby="versions-title">
          <h3 class="ds-heading" data-size="xs" id="versions-title" tabIndex={-1} ref={heading}>
            {t('certificate.versions')}
          </h3>
          <Timeline certificates={history.items} />
          <VersionTable organization={organization} certificates={history.items} onCheck={check} onRollBack={ask} />
          {history.hasMore && (
            <button type="button" class="ds-button" data-variant="secondary" onClick={more}>
              {t('list.more')}
            </button>
          )}
        </section>
      )}
      {asked && <RollBack organizationId={organizationId} certificate={asked} onDone={rolledBack} onKeep={() => ask(undefined)} />}
    </>
  );
}
