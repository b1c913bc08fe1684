import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface NoticeProps {
  color?: 'success' | 'warning' | 'info';
  children: ComponentChildren;
}

/** Says what has happened, and takes the focus when it appears. A new `key` makes it appear again. */
export function Notice({ color = 'success', children }: NoticeProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="ds-alert" data-color={color} tabIndex={-1} ref={box} data-testid="notice">
      {children}
    </div>
  );
}
