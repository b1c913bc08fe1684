import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from './api';
import { t } from './i18n';

export type Errors = Record<string, string[]>;

/**
 * One form: what is wrong with it, and whether its answer is awaited. `check` may find errors before anything is sent;
 * a problem that comes back is shown in the same place. The names of the errors are the ids of the fields.
 */
export function useForm(check: () => Errors, send: () => Promise<void>) {
  const [errors, setErrors] = useState<Errors>({});
  const [sentence, setSentence] = useState('');
  const [busy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const sending = useRef(false);

  const submit = async (event?: Event) => {
    event?.preventDefault();
    // A second click while the first is on its way does nothing; the button stays reachable meanwhile.
    if (sending.current) {
      return;
    }
    const found = check();
    setErrors(found);
    setSentence('');
    if (Object.keys(found).length > 0) {
      setAttempt((n) => n + 1);
      return;
    }
    sending.current = true;
    setBusy(true);
    try {
      await send();
    } catch (thrown) {
      const problem = asProblem(thrown);
      setErrors(problem.errors);
      setSentence(problem.sentence);
      setAttempt((n) => n + 1);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };

  return { errors, sentence, busy, attempt, submit };
}

interface ErrorSummaryProps {
  form: ReturnType<typeof useForm>;
  /** The fields that are on the page; a word about any other stands in the list without a link. */
  fields: string[];
}

/** Takes the focus whenever a form could not be accepted, and leads to each field. */
export function ErrorSummary({ form, fields }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  const entries = Object.entries(form.errors);
  const empty = entries.length === 0 && form.sentence === '';

  useEffect(() => {
    if (form.attempt > 0) {
      box.current?.focus();
    }
  }, [form.attempt]);

  if (empty) {
    return null;
  }
  const lead = (event: Event, field: string) => {
    event.preventDefault();
    document.getElementById(field)?.focus();
  };
  return (
    <div class="ds-error-summary" tabIndex={-1} ref={box} role="alert" aria-labelledby="error-summary-title" data-testid="error-summary">
      <h2 class="ds-heading" id="error-summary-title">
        {entries.length > 0 ? t('form.errorTitle') : t('form.refusedTitle')}
      </h2>
      {entries.length === 0 ? (
        <p>{form.sentence}</p>
      ) : (
        <ul class="ds-list">
          {entries.flatMap(([field, sentences]) =>
            sentences.map((sentence) => (
              <li key={field + sentence}>
                {fields.includes(field) ? (
                  <a class="ds-link" href={`#${field}`} onClick={(event) => lead(event, field)}>
                    {sentence}
                  </a>
                ) : (
                  sentence
                )}
              </li>
            )),
          )}
        </ul>
      )}
    </div>
  );
}

export function SubmitButton({ busy, children }: { busy: boolean; children: ComponentChildren }) {
  return (
    <button type="submit" class="ds-button" aria-busy={busy}>
      {busy && <span class="button-spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
