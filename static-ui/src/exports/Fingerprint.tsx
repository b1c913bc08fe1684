import { useRef } from 'preact/hooks';
import { CopyButton } from '../base/copy';
import { t } from '../base/i18n';
import type { Export } from './export';

/** Lets people check that the file they have is the file that was made. */
export function Fingerprint({ item, sha256 }: { item: Export; sha256: string }) {
  const code = useRef<HTMLElement>(null);

  return (
    <div>
      <details class="ds-details fingerprint">
        <summary>{t('export.details')}</summary>
        <div class="stack">
          <dl class="facts">
            {item.fileName && (
              <div>
                <dt>{t('export.fileName')}</dt>
                <dd class="break">{item.fileName}</dd>
              </div>
            )}
            <div>
              <dt>{t('export.sha256')}</dt>
              <dd>
                <code class="break" ref={code}>
                  {sha256}
                </code>
              </dd>
            </div>
          </dl>
          <CopyButton shown={code} label={t('export.copy')} />
        </div>
      </details>
    </div>
  );
}
