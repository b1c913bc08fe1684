import type { ComponentChildren, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { announce } from './announcer';
import { t } from './i18n';

type CopyButtonProps = {
  label: string;
  /** What tells the button from others of the same label, for people who listen. */
  children?: ComponentChildren;
} & (
  | {
      /** Where the text stands on the page. */
      shown: RefObject<HTMLElement | null>;
    }
  | {
      /** A text that does not stand on the page, and what is done so that it can be copied by hand after all. */
      text: string;
      onFailed: () => void;
    }
);

export function CopyButton({ label, children, ...source }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);

  const copy = async () => {
    const done = 'shown' in source ? await copyShown(source.shown.current!) : await copyText(source.text);
    setCopied(done);
    if (!done && 'onFailed' in source) {
      source.onFailed();
    }
    announce(done ? t('copy.copied') : t('copy.notCopied'));
  };

  return (
    <button type="button" class="ds-button" data-size="sm" data-variant="secondary" onClick={copy}>
      {copied ? t('copy.copied') : label}
      {children && <span class="ds-sr-only"> {children}</span>}
    </button>
  );
}

// Browsers give the clipboard to https pages only; elsewhere the text is selected and copied the old way.

async function copyShown(shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(shown.textContent ?? '');
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const before = document.activeElement;
    const box = document.createElement('textarea');
    box.className = 'ds-sr-only';
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand('copy');
    box.remove();
    if (before instanceof HTMLElement) {
      before.focus({ preventScroll: true });
    }
    return done;
  }
}
