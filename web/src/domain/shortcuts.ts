// Single letters are silent wherever somebody types, and can be switched off (WCAG 2.1.4).

export interface KeyLike {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing?: boolean;
  defaultPrevented?: boolean;
}

interface ElementLike {
  tagName?: string;
  isContentEditable?: boolean;
  getAttribute?: (name: string) => string | null;
}

const TYPING_INPUTS = ['text', 'search', 'url', 'email', 'password', 'number', 'tel', 'date', 'time', 'datetime-local', 'month', 'week', ''];

export function isTyping(target: unknown): boolean {
  const element = target as ElementLike | null;
  if (element === null || typeof element !== 'object') return false;
  const tag = (element.tagName ?? '').toLowerCase();
  if (tag === 'textarea' || tag === 'select' || element.isContentEditable === true) return true;
  if (tag === 'input') return TYPING_INPUTS.includes((element.getAttribute?.('type') ?? '').toLowerCase());
  return ['textbox', 'searchbox', 'combobox', 'spinbutton'].includes(element.getAttribute?.('role') ?? '');
}

export interface Shortcut {
  // "?", "Space", or "g l": keys one after the other.
  keys: string;
  label: string;
  // Without: the element with the focus does it; listed only.
  run?: () => void;
}

// Space and Enter belong to the button or link that has the focus.
function pressesItself(key: string, target: unknown): boolean {
  const tag = ((target as ElementLike | null)?.tagName ?? '').toLowerCase();
  if (key === 'Enter') return ['a', 'button', 'summary', 'input'].includes(tag);
  return key === ' ' && ['button', 'summary', 'input'].includes(tag);
}

const SEQUENCE_MS = 1200;

// Follows one person's key strokes and says which shortcut they mean, if any.
export class ShortcutReader {
  private pending = '';
  private pendingSince = 0;

  read(event: KeyLike, target: unknown, shortcuts: readonly Shortcut[], now: number): Shortcut | null {
    const foreign = event.ctrlKey || event.metaKey || event.altKey || event.isComposing === true || event.defaultPrevented === true;
    if (foreign || isTyping(target) || pressesItself(event.key, target)) {
      this.pending = '';
      return null;
    }
    const started = this.pending !== '' && now - this.pendingSince <= SEQUENCE_MS;
    const key = event.key === ' ' ? 'Space' : event.key;
    const typed = started ? `${this.pending} ${key}` : key;
    this.pending = '';
    const exact = shortcuts.find((shortcut) => shortcut.keys === typed);
    if (exact !== undefined) return exact.run === undefined ? null : exact;
    if (!started && shortcuts.some((shortcut) => shortcut.keys.startsWith(`${typed} `))) {
      this.pending = typed;
      this.pendingSince = now;
    }
    return null;
  }
}
