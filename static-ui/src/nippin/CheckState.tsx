import { formatDate, t } from '../base/i18n';
import { isUnderWay, type Registry } from './registry';

/** What there is to say of the newest check while it is not over, or when it has failed. */
export function CheckState({ registry }: { registry: Registry }) {
  const { name, state, progress, problem, night } = registry;
  if (state === 'failed') {
    return (
      <p class="ds-validation-message" data-testid="check-failed">
        {failureOf(registry)} {night === null ? t('nippin.noFigures') : t('nippin.figuresOf', { date: formatDate(night) })}
      </p>
    );
  }
  return isUnderWay(registry) ? (
    <div class="progress">
      {state === 'running' && <progress aria-label={t('nippin.progress', { name })} max={100} value={progress ?? undefined} />}
      <p class="subtle">
        {/* Where there is a problem, it says why the check is tried again, and when. */}
        {problem ??
          (state === 'queued'
            ? t('nippin.queuedText')
            : progress === null
              ? t('nippin.runningText')
              : t('nippin.runningPercent', { percent: Math.floor(progress) }))}
      </p>
    </div>
  ) : null;
}

function failureOf({ nights, problem }: Registry): string {
  const reason = problem ?? t('nippin.failedUnknown');
  const last = nights.at(-1);
  return last?.state === 'failed' ? t('nippin.failedNight', { date: formatDate(last.night), reason }) : t('nippin.failedCheck', { reason });
}
