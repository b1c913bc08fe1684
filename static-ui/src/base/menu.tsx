import { useEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  label: string;
  items: { label: string; danger?: boolean; onChoose: () => void }[];
}

/** What else can be done with a row: a button with an arrow that opens a short list of buttons. */
export function Menu({ label, items }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    if (!open) {
      return;
    }
    const leave = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, [open]);

  const close = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && open) {
      setOpen(false);
      opener.current?.focus();
    }
  };

  return (
    <div class="menu" ref={box} onKeyDown={close}>
      <button
        type="button"
        class="ds-button"
        data-size="sm"
        data-variant="secondary"
        data-icon
        ref={opener}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <svg class="tag-icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="m6 9 6 6 6-6" />
        </svg>
        <span class="ds-sr-only">{label}</span>
      </button>
      {open && (
        <ul class="menu__list" role="list">
          {items.map((item) => (
            <li key={item.label}>
              <button
                type="button"
                class="ds-button"
                data-size="sm"
                data-variant="tertiary"
                data-color={item.danger ? 'danger' : 'neutral'}
                onClick={() => {
                  // A dialog that opens now gives the focus back to the arrow when it closes.
                  opener.current?.focus();
                  setOpen(false);
                  item.onChoose();
                }}
              >
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
