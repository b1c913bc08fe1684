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

  const submit = async (event: Event) => {
    event.preventDefault();
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

interface FieldProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  errors: Errors;
  hint?: ComponentChildren;
}

/** What ties a field to its hint and its error for people who hear the page. */
function described({ id, errors, hint }: { id: string; errors: Errors; hint?: ComponentChildren }) {
  const wrong = (errors[id]?.length ?? 0) > 0;
  const by = [hint ? `${id}-hint` : '', wrong ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { 'aria-invalid': wrong || undefined, 'aria-describedby': by === '' ? undefined : by };
}

function Hint({ id, hint }: { id: string; hint?: ComponentChildren }) {
  return hint ? (
    <p data-field="description" id={`${id}-hint`}>
      {hint}
    </p>
  ) : null;
}

function FieldError({ id, errors }: { id: string; errors: Errors }) {
  const sentences = errors[id] ?? [];
  return sentences.length > 0 ? (
    <p class="ds-validation-message" data-field="validation" id={`${id}-error`}>
      {sentences.join(' ')}
    </p>
  ) : null;
}

export function EmailField({ id, label, value, onChange, errors, hint }: FieldProps) {
  return (
    <div class="ds-field">
      <label class="ds-label" for={id}>
        {label}
      </label>
      <Hint id={id} hint={hint} />
      <input
        class="ds-input"
        id={id}
        name={id}
        type="email"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        {...described({ id, errors, hint })}
      />
      <FieldError id={id} errors={errors} />
    </div>
  );
}

export function SearchField({ id, label, value, onChange }: Omit<FieldProps, 'errors' | 'hint'>) {
  return (
    <div class="ds-field search">
      <label class="ds-label" for={id}>
        {label}
      </label>
      <input
        class="ds-input"
        id={id}
        name={id}
        type="search"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}

export function PasswordField({
  id,
  label,
  value,
  onChange,
  errors,
  hint,
  autocomplete,
}: FieldProps & { autocomplete: 'current-password' | 'new-password' }) {
  const [shown, setShown] = useState(false);
  return (
    <div class="ds-field">
      <label class="ds-label" for={id}>
        {label}
      </label>
      <Hint id={id} hint={hint} />
      <div class="password">
        <input
          class="ds-input"
          id={id}
          name={id}
          type={(shown ? 'text' : 'password') as 'text'}
          autocomplete={autocomplete}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
          {...described({ id, errors, hint })}
        />
        <button type="button" class="ds-button" data-variant="secondary" onClick={() => setShown(!shown)}>
          {shown ? t('form.hide') : t('form.show')} <span class="ds-sr-only">{label}</span>
        </button>
      </div>
      <FieldError id={id} errors={errors} />
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

export function SelectField({
  id,
  label,
  value,
  onChange,
  errors,
  hint,
  prompt,
  choices,
}: FieldProps & { prompt: string; choices: Choice[] }) {
  return (
    <div class="ds-field">
      <label class="ds-label" for={id}>
        {label}
      </label>
      <Hint id={id} hint={hint} />
      <select
        class="ds-input"
        id={id}
        name={id}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...described({ id, errors, hint })}
      >
        <option value="">{prompt}</option>
        {choices.map((choice) => (
          <option value={choice.value} key={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <FieldError id={id} errors={errors} />
    </div>
  );
}

export function RadioField({ id, label, value, onChange, errors, choices }: Omit<FieldProps, 'hint'> & { choices: Choice[] }) {
  return (
    <fieldset class="ds-fieldset" aria-describedby={errors[id] ? `${id}-error` : undefined}>
      <legend class="ds-label">{label}</legend>
      {choices.map((choice, index) => {
        // The first one bears the name of the field: the error summary leads to it.
        const own = index === 0 ? id : `${id}-${choice.value}`;
        return (
          <div class="ds-field" key={choice.value}>
            <input
              class="ds-input"
              type="radio"
              id={own}
              name={id}
              value={choice.value}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              aria-describedby={choice.hint ? `${own}-hint` : undefined}
            />
            <label class="ds-label" for={own}>
              {choice.label}
            </label>
            {choice.hint && (
              <p data-field="description" id={`${own}-hint`}>
                {choice.hint}
              </p>
            )}
          </div>
        );
      })}
      <FieldError id={id} errors={errors} />
    </fieldset>
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
