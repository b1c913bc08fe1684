import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../base/fields';
import type { Errors } from '../base/form';
import { t } from '../base/i18n';
import { actions } from './event';

export interface Filters {
  from: string;
  to: string;
  person: string;
  action: string;
}

export const noFilters: Filters = { from: '', to: '', person: '', action: '' };

interface EventFiltersProps {
  value: Filters;
  onFilter: (filters: Filters) => void;
  errors: Errors;
}

export function EventFilters({ value, onFilter, errors }: EventFiltersProps) {
  const [draft, setDraft] = useState(value);
  const submit = (event: Event) => {
    event.preventDefault();
    onFilter({ ...draft, person: draft.person.trim() });
  };
  const clear = () => {
    setDraft(noFilters);
    onFilter(noFilters);
  };
  const change = (part: Partial<Filters>) => setDraft({ ...draft, ...part });
  // In alphabetical order of what is read, not of the portal's own words.
  const choices = Object.entries(actions)
    .map(([action, words]) => ({ value: action, label: capitalized(t(words)) }))
    .sort((one, other) => one.label.localeCompare(other.label));

  return (
    <form class="ds-card form audit-filters" noValidate onSubmit={submit} aria-label={t('audit.filter')}>
      <div class="filters">
        <TextField type="date" id="from" label={t('audit.from')} value={draft.from} onChange={(from) => change({ from })} errors={errors} />
        <TextField type="date" id="to" label={t('audit.to')} value={draft.to} onChange={(to) => change({ to })} errors={errors} />
        <TextField id="person" label={t('audit.person')} value={draft.person} onChange={(person) => change({ person })} errors={errors} kind="search" />
        <SelectField
          id="action"
          label={t('audit.action')}
          value={draft.action}
          onChange={(action) => change({ action })}
          errors={errors}
          prompt={t('audit.everyAction')}
          choices={choices}
        />
      </div>
      <div class="actions">
        <button type="submit" class="ds-button">
          {t('audit.search')}
        </button>
        <button type="button" class="ds-button" data-variant="tertiary" onClick={clear}>
          {t('audit.clear')}
        </button>
      </div>
    </form>
  );
}

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
