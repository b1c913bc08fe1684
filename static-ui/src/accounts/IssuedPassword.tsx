import { useRef } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { formatTime, t } from '../base/i18n';
import { Notice } from '../base/notice';

/** A temporary password somebody has just been given. It is held in memory by the page that shows it, and goes with it. */
export interface Issued {
  email: string;
  password: string;
  until: string | null;
  /** What has happened beside it. */
  sentence: string;
}

export function IssuedPassword({ issued, onDone }: { issued: Issued; onDone: () => void }) {
  const code = useRef<HTMLElement>(null);
  return (
    <Notice key={issued.password}>
      <div class="stack" data-testid="issued-password">
        <p>{issued.sentence}</p>
        <p class="break">
          <strong>{t('issued.title', { email: issued.email })}</strong>
        </p>
        <p class="secret">
          <code ref={code} data-testid="temporary-password">
            {issued.password}
          </code>
        </p>
        <div class="actions">
          <CopyButton shown={code} label={t('issued.copy')} />
          <button type="button" class="ds-button" data-size="sm" data-variant="tertiary" onClick={onDone}>
            {t('issued.done')}
          </button>
        </div>
        <p>
          {t('issued.once')} {issued.until && t('issued.until', { time: formatTime(issued.until) })}
        </p>
        <p>{t('issued.tell')}</p>
      </div>
    </Notice>
  );
}
