import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';

interface DeleteDialogProps {
  title: string;
  onKeep: () => void;
  onDelete: () => void;
}

export function DeleteDialog({ title, onKeep, onDelete }: DeleteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const asker = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // Back to the button that asked, unless it has gone with the export.
      if (asker instanceof HTMLElement && asker.isConnected) {
        asker.focus();
      }
    };
  }, []);

  return (
    <dialog class="ds-dialog" ref={dialog} aria-labelledby="delete-title" aria-describedby="delete-text" onClose={onKeep}>
      <div class="stack">
        <h2 class="ds-heading" data-size="xs" id="delete-title">
          {t('export.deleteTitle')}
        </h2>
        <p id="delete-text">{t('export.deleteText', { title })}</p>
        <div class="actions">
          <button type="button" class="ds-button" data-color="danger" onClick={onDelete}>
            {t('export.deleteConfirm')}
          </button>
          <button type="button" class="ds-button" data-variant="secondary" onClick={onKeep}>
            {t('export.deleteKeep')}
          </button>
        </div>
      </div>
    </dialog>
  );
}
