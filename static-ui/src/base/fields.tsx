import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Errors } from './form';
import { t } from './i18n';

export interface FieldProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  errors?: Errors;
  hint?: ComponentChildren;
}

/** What ties a field to its hint and its error for people who hear the page. */
export function described({ id, errors = {}, hint }: Pick<FieldProps, 'id' | 'errors' | 'hint'>) {
  const wrong = (errors[id]?.length ?? 0) > 0;
  const by = [hint ? `${id}-hint` : '', wrong ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { 'aria-invalid': wrong || undefined, 'aria-describedby': by === '' ? undefined : by };
}

export function FieldError({ id, errors = {} }: Pick<FieldProps, 'id' | 'errors'>) {
  const sentences = errors[id] ?? [];
  return sentences.length > 0 ? (
    <p class="ds-validation-message" data-field="validation" id={`${id}-error`}>
      {sentences.join(' ')}
    </p>
  ) : null;
}

function Field({ id, label, errors, hint, kind, children }: Omit<FieldProps, 'value' | 'onChange'> & { kind?: string; children: ComponentChildren }) {
  return (
    <div class={kind ? `ds-field ${kind}` : 'ds-field'}>
      <label class="ds-label" for={id}>
        {label}
      </label>
      {hint && (
        <p data-field="description" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <FieldError id={id} errors={errors} />
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'email' | 'search' | 'date';
  autocomplete?: string;
  kind?: string;
}

export function TextField({ type = 'text', autocomplete = 'off', kind, ...field }: TextFieldProps) {
  const { id, value, onChange } = field;
  return (
    <Field {...field} kind={kind}>
      <input
        class="ds-input"
        id={id}
        name={id}
        type={type as 'text'}
        autocomplete={autocomplete}
        autocapitalize={type === 'email' ? 'none' : undefined}
        spellcheck={false}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        {...described(field)}
      />
    </Field>
  );
}

export const EmailField = (field: Omit<TextFieldProps, 'type'>) => <TextField {...field} type="email" />;

export const SearchField = (field: Omit<TextFieldProps, 'type'>) => <TextField {...field} type="search" kind="search" />;

export function TextArea({ rows = 3, ...field }: FieldProps & { rows?: number }) {
  const { id, value, onChange } = field;
  return (
    <Field {...field}>
      <textarea
        class="ds-input"
        id={id}
        name={id}
        rows={rows}
        spellcheck={false}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        {...described(field)}
      />
    </Field>
  );
}

export function PasswordField({ autocomplete, ...field }: FieldProps & { autocomplete: 'current-password' | 'new-password' }) {
  const { id, label, value, onChange } = field;
  const [shown, setShown] = useState(false);
  return (
    <Field {...field}>
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
          {...described(field)}
        />
        <button type="button" class="ds-button" data-variant="secondary" onClick={() => setShown(!shown)}>
          {shown ? t('form.hide') : t('form.show')} <span class="ds-sr-only">{label}</span>
        </button>
      </div>
    </Field>
  );
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** Without a `prompt` something is always chosen. */
export function SelectField({ prompt, choices, kind, ...field }: FieldProps & { prompt?: string; choices: Choice[]; kind?: string }) {
  const { id, value, onChange } = field;
  return (
    <Field {...field} kind={kind}>
      <select
        class="ds-input"
        id={id}
        name={id}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        {...described(field)}
      >
        {prompt !== undefined && <option value="">{prompt}</option>}
        {choices.map((choice) => (
          <option value={choice.value} key={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface ChoicesFieldProps {
  id: string;
  label: string;
  type: 'radio' | 'checkbox';
  choices: (Choice & { disabled?: boolean })[];
  chosen: string[];
  onChoose: (value: string) => void;
  errors?: Errors;
}

/** Some of a few choices that are all shown, or one of them. */
export function ChoicesField({ id, label, type, choices, chosen, onChoose, errors = {} }: ChoicesFieldProps) {
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
              type={type as 'radio'}
              id={own}
              name={id}
              value={choice.value}
              checked={chosen.includes(choice.value)}
              disabled={choice.disabled}
              onChange={() => onChoose(choice.value)}
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
