import { useState } from 'preact/hooks';
import { announce } from '../base/announcer';
import { FieldError } from '../base/fields';
import type { Errors } from '../base/form';
import { formatBytes, t } from '../base/i18n';

interface FileFieldProps {
  id: string;
  label: string;
  hint: string;
  /** Endings of the files that are offered first. */
  accept: string;
  file: File | undefined;
  onChoose: (file: File) => void;
  errors: Errors;
}

/**
 * A file is chosen with the button or dropped anywhere on the field. The browser's own field lies unseen over all of it: it takes both, and
 * the keyboard.
 */
export function FileField({ id, label, hint, accept, file, onChoose, errors }: FileFieldProps) {
  const [over, setOver] = useState(false);
  const wrong = (errors[id]?.length ?? 0) > 0;

  const choose = (event: Event & { currentTarget: HTMLInputElement }) => {
    const [chosen] = event.currentTarget.files ?? [];
    // Somebody who opens the choice and leaves it keeps the file.
    if (chosen) {
      onChoose(chosen);
      announce(t('file.chosen', { name: chosen.name, size: formatBytes(chosen.size) }));
    }
  };

  return (
    <div class="ds-field">
      <label class="ds-label" for={id} id={`${id}-label`}>
        {label}
      </label>
      <p data-field="description" id={`${id}-hint`}>
        {hint}
      </p>
      <div
        class={over ? 'dropzone dropzone--over' : 'dropzone'}
        onDragOver={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={() => setOver(false)}
      >
        <span class="ds-button" data-variant="secondary" id={`${id}-button`}>
          {file ? t('file.other') : t('file.choose')}
        </span>
        <p class="break" id={`${id}-chosen`}>
          {file ? (
            <>
              <strong>{file.name}</strong> <span class="subtle number">({formatBytes(file.size)})</span>
            </>
          ) : (
            <span class="subtle">{t('file.drop')}</span>
          )}
        </p>
        <input
          class="dropzone__input"
          id={id}
          name={id}
          type="file"
          accept={accept}
          onChange={choose}
          aria-labelledby={`${id}-label ${id}-button`}
          aria-invalid={wrong || undefined}
          aria-describedby={`${id}-hint ${id}-chosen${wrong ? ` ${id}-error` : ''}`}
        />
      </div>
      <FieldError id={id} errors={errors} />
    </div>
  );
}
