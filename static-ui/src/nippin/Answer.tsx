import type { ComponentChildren } from 'preact';
import { plural } from '../base/i18n';
import { type Counts, openOf, totalOf } from './result';

interface AnswerProps {
  counts: Counts;
  /** The figures are not all of the last night, so that good news are not quite sure. */
  unsure: boolean;
  children?: ComponentChildren;
}

/** The question of every morning: has everything arrived? */
export function Answer({ counts, unsure, children }: AnswerProps) {
  const total = totalOf(counts);
  const open = openOf(counts);
  return (
    <div class="ds-alert answer" data-color={open === 0 && !unsure ? 'success' : 'warning'} data-testid="answer">
      <h2 class="ds-heading" data-size="sm">
        {open === 0
          ? plural(total, { one: 'nippin.allArrived_one', other: 'nippin.allArrived_other' })
          : plural(open, { one: 'nippin.attention_one', other: 'nippin.attention_other' }, { total })}
      </h2>
      {children}
    </div>
  );
}
