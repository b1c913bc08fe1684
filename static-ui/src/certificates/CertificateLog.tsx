import { useState } from 'preact/hooks';
import { Refused, useAct } from '../base/act';
import { announce } from '../base/announcer';
import { Day, Fact, Time } from '../base/facts';
import { language, t } from '../base/i18n';
import { Loading, ProblemNotice } from '../base/load';
import { Notice } from '../base/notice';
import { Link } from '../base/router';
import { useWatch } from '../base/watch';
import type { Organization } from '../session/membership';
import { askOften, type Certificate, checkAgain, addPath, historyPath, loadWithLog } from './certificate';
import { Contents } from './Contents';
import { Downloads } from './Downloads';
import { EndNotice } from './EndNotice';
import { Findings } from './Findings';
import { LogLines } from './LogLines';
import { RollBack } from './RollBack';
import { DaysLeft, DeliveryTag, isCheckedAgain, StatusTag } from './state';

interface CertificateLogProps {
  organization: Organization;
  certificateId: string;
}

/** One upload: what was said of it, what was found in it, and what can be done with it. */
export function CertificateLog({ organization, certificateId }: CertificateLogProps) {
  const { id: organizationId, title } = organization;
  const watch = useWatch(
    () => loadWithLog(organizationId, certificateId),
    [organizationId, certificateId, language()],
    ({ certificate }) => !certificate.isOver || certificate.delivery.state === 'waiting',
    askOften,
    (before, now) => {
      if (!before.certificate.isOver && now.certificate.isOver) {
        announce(now.certificate.latest.message);
      }
    },
  );
  const { act, refused } = useAct();
  const [asked, ask] = useState(false);
  const [rolledBack, setRolledBack] = useState(0);

  if (!watch.value) {
    return watch.problem ? <ProblemNotice problem={watch.problem} again={watch.reload} /> : <Loading />;
  }
  const { certificate, log } = watch.value;
  const { canCheck, canActivate, status, findings } = certificate;
  // A file that could not be opened has nothing to show.
  const details = certificate.details?.authentication || certificate.details?.encryption ? certificate.details : null;

  const check = () =>
    act(async () => {
      await checkAgain(organizationId, certificateId);
      announce(t('certificate.checkBegun'));
      await watch.reload();
    });

  return (
    <>
      {rolledBack > 0 && (
        <Notice key={rolledBack}>
          <p>{t('rollBack.done', { fileName: certificate.fileName })}</p>
        </Notice>
      )}
      <Refused problem={refused} />
      {watch.problem && (
        <div class="ds-alert" data-color="warning" role="status">
          <p>{t('certificate.notUpToDate', { reason: watch.problem.sentence })}</p>
        </div>
      )}
      {certificate.isActive && <EndNotice certificate={certificate} organization={title} />}
      <Summary certificate={certificate} />
      <div class="actions">
        {(status === 'refused' || status === 'expired') && (
          <Link class="ds-button" to={addPath(organizationId)}>
            {t('certificate.add')}
          </Link>
        )}
        {canActivate && (
          <button type="button" class="ds-button" data-variant="secondary" onClick={() => ask(true)}>
            {t('rollBack.button')}
          </button>
        )}
        {canCheck && (
          <button type="button" class="ds-button" data-variant="secondary" onClick={check}>
            {status === 'failed' ? t('problem.tryAgain') : t('certificate.checkAgain')}
          </button>
        )}
        <Link class="ds-link" to={historyPath(organizationId)}>
          {t('certificate.all')}
        </Link>
      </div>
      {findings !== null && findings.length > 0 && <Findings findings={findings} />}
      <LogLines lines={log} underWay={!certificate.isOver} />
      {details && <Contents details={details} />}
      {details && <Downloads organizationId={organizationId} certificate={certificate} details={details} />}
      {asked && (
        <RollBack
          organizationId={organizationId}
          certificate={certificate}
          onDone={async () => {
            ask(false);
            await watch.reload();
            setRolledBack((n) => n + 1);
          }}
          onKeep={() => ask(false)}
        />
      )}
    </>
  );
}

function Summary({ certificate }: { certificate: Certificate }) {
  const { fileName, status, latest, identity, notBefore, notAfter, renewalFrom, delivery } = certificate;
  return (
    <section class="ds-card export" aria-labelledby="file-title" data-testid="certificate" data-status={status} data-active={certificate.isActive}>
      <div class="export__head">
        <div>
          <h3 class="ds-heading break" data-size="2xs" id="file-title">
            {fileName}
          </h3>
          {identity !== null && (
            <p class="subtle break">
              {identity.name} <span class="number">({`${identity.type} ${identity.id}`})</span>
            </p>
          )}
        </div>
        <span class="status">
          <StatusTag status={status} />
          {isCheckedAgain(certificate) && <StatusTag status="active" />}
        </span>
      </div>
      <p>{latest.message}</p>
      <dl class="facts facts--row">
        <Fact name={t('certificate.uploaded')}>
          <Time iso={certificate.uploadedAt} />
          <span class="subtle break">{certificate.uploadedBy}</span>
        </Fact>
        {notBefore !== null && (
          <Fact name={t('contents.validFrom')}>
            <Day iso={notBefore} />
          </Fact>
        )}
        {notAfter !== null && (
          <Fact name={t('contents.validUntil')}>
            <Day iso={notAfter} />
            <span>
              <DaysLeft certificate={certificate} />
            </span>
          </Fact>
        )}
        {renewalFrom !== null && certificate.renewal === 'not_yet' && (
          <Fact name={t('certificate.renewalFrom')}>
            <Day iso={renewalFrom} />
          </Fact>
        )}
        {delivery.state !== 'off' && (
          <Fact name={t('delivery.title')}>
            <span>
              <DeliveryTag state={delivery.state} />
            </span>
            {delivery.at !== null && <Time iso={delivery.at} />}
            {delivery.fileName !== null && <span class="subtle break">{delivery.fileName}</span>}
            {delivery.message !== null && <span class="subtle">{delivery.message}</span>}
          </Fact>
        )}
      </dl>
    </section>
  );
}
