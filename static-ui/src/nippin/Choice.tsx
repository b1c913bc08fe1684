import type { ComponentChildren } from 'preact';

interface ChoiceProps {
  chosen: boolean;
  onChoose: () => void;
  children: ComponentChildren;
}

/** One of a few views of the same thing: a button that stays pressed. */
export function Choice({ chosen, onChoose, children }: ChoiceProps) {
  return (
    <button type="button" class="choice" aria-pressed={chosen} onClick={onChoose}>
      {children}
    </button>
  );
}
