import type { ComponentChildren } from 'preact';
import { type Key, t } from './i18n';

/** How a state is shown: by a word and a drawing, so that the colour need not be seen. */
export interface Look {
  word: Key;
  color: 'neutral' | 'info' | 'success' | 'warning' | 'danger';
  drawing: string;
}

export const drawings = {
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
  turning: 'M20 12a8 8 0 1 1-2.4-5.7M20 3v4h-4',
  tick: 'm5 13 4 4L19 7',
  cross: 'M6 6l12 12M6 18 18 6',
  dash: 'M6 12h12',
  warning: 'M12 7v6m0 4v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
  question: 'M9 9.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4m0 3v.01',
  stopped: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.7 5.7l12.6 12.6',
};

/** `children`: other words than those of the look. */
export function Tag({ look, children }: { look: Look; children?: ComponentChildren }) {
  return (
    <span class="ds-tag" data-color={look.color}>
      <Drawing of={look.drawing} />
      {children ?? t(look.word)}
    </span>
  );
}

export function Drawing({ of }: { of: string }) {
  return (
    <svg class="tag-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={of} />
    </svg>
  );
}
