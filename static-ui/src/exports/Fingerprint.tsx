import { useRef, useState } from 'preact/hooks';
import { announce } from '../announcer';
import { t } from '../i18n';
import type { Export } from './export';

/** Lets people check that the file they have is the file that was made. */
export function Fingerprint({ item, sha256 }: { item: Export; sha256: string }) {
  const code = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);

  const copy = async () => {
    const done = await copyText(sha256, code.current!);
    setCopied(done);
    announce(done ? t('export.copied') : t('export.notCopied'));
  };

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
          <button type="button" class="ds-button" data-size="sm" data-variant="secondary" onClick={copy}>
            {copied ? t('export.copied') : t('export.copy')}
          </button>
        </div>
      </details>
    </div>
  );
}

/** Browsers give the clipboard to https pages only; elsewhere the text is selected and copied the old way. */
async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
