import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from './announcer';
import { t } from './i18n';

interface CopyButtonProps {
  /** Where the text stands on the page. */
  shown: RefObject<HTMLElement | null>;
  label: string;
  /** What tells the button from others of the same label, for people who listen. */
  children?: ComponentChildren;
}

export function CopyButton({ shown, label, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);

  const copy = async () => {
    const done = await copyText(shown.current!);
    setCopied(done);
    announce(done ? t('copy.copied') : t('copy.notCopied'));
  };

  return (
    <button type="button" class="ds-button" data-size="sm" data-variant="secondary" onClick={copy}>
      {copied ? t('copy.copied') : label}
      {children && <span class="ds-sr-only"> {children}</span>}
    </button>
  );
}

/** Browsers give the clipboard to https pages only; elsewhere the text is selected and copied the old way. */
async function copyText(shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(shown.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
