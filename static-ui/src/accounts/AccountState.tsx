import { formatTime, t } from '../base/i18n';
import { type AccountView, stateNames } from './account';

/** Whether somebody has chosen an own password yet, and until when the temporary one works. */
export function StateOfAccount({ state, temporaryUntil }: Partial<Pick<AccountView, 'state' | 'temporaryUntil'>>) {
  const known = state && stateNames[state];
  if (!known) {
    return null;
  }
  return (
    <>
      <span class="ds-tag" data-color={known.color}>
        {t(known.word)}
      </span>
      {state === 'temporary_password' && temporaryUntil && (
        <span class="subtle cell-note number">{t('state.until', { time: formatTime(temporaryUntil) })}</span>
      )}
    </>
  );
}
