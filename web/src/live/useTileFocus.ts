import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';
import { useShortcuts } from '../stores/shortcuts';

const MOVES = ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

interface TileFocus {
  list: RefObject<HTMLUListElement | null>;
  // The one that Tab reaches.
  current: number;
  onFocus: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

// One stop for Tab in a wall of `count` pictures; arrow keys go from there, 1 to 9 at once.
export function useTileFocus(count: number, next: (index: number, key: string) => number): TileFocus {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState(0);
  const current = Math.min(focused, Math.max(0, count - 1));
  const focus = (index: number) => {
    setFocused(index);
    list.current?.querySelectorAll<HTMLElement>('[data-tile]')[index]?.focus();
  };
  useShortcuts('Pictures', [
    ...Array.from({ length: Math.min(9, count) }, (_, i) => ({ keys: String(i + 1), label: `Picture ${i + 1}`, run: () => focus(i) })),
    { keys: '←→↑↓', label: 'From picture to picture' },
    { keys: 'Enter', label: 'Open the camera' },
  ]);
  return {
    list,
    current,
    onFocus: setFocused,
    onKeyDown: (event) => {
      if (!MOVES.includes(event.key) || !(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-tile')) return;
      event.preventDefault();
      focus(event.key === 'Home' ? 0 : event.key === 'End' ? count - 1 : next(current, event.key));
    },
  };
}
