import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ConfirmDialogProps {
  title: string;
  confirm: string;
  keep: string;
  /** What cannot be undone is asked in red. */
  danger?: boolean;
  /** The answer is awaited. */
  busy?: boolean;
  /** What must be filled in for it. */
  fields?: ComponentChildren;
  onConfirm: () => void;
  onKeep: () => void;
  children: ComponentChildren;
}

/** Asks before something is done, and says what follows from it. */
export function ConfirmDialog({ title, confirm, keep, danger, busy, fields, onConfirm, onKeep, children }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const asker = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // Back to the button that asked, unless it has gone with what it stood beside.
      if (asker instanceof HTMLElement && asker.isConnected) {
        asker.focus();
      }
    };
  }, []);

  return (
    <dialog class="ds-dialog" ref={dialog} aria-labelledby="confirm-title" aria-describedby="confirm-text" onClose={onKeep}>
      <div class="stack">
        <h2 class="ds-heading" data-size="xs" id="confirm-title">
          {title}
        </h2>
        <div class="stack" id="confirm-text">
          {children}
        </div>
        {fields}
        <div class="actions">
          <button type="button" class="ds-button" data-color={danger ? 'danger' : undefined} aria-busy={busy} onClick={onConfirm}>
            {busy && <span class="button-spinner" aria-hidden="true" />}
            {confirm}
          </button>
          <button type="button" class="ds-button" data-variant="secondary" onClick={onKeep}>
            {keep}
          </button>
        </div>
      </div>
    </dialog>
  );
}
