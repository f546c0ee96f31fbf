import { create } from 'zustand';
import { useToasts } from './toasts';

// Things that somebody deleted and may still want back: hidden at once, deleted when the time to undo is over, or when the page is left.

interface Pending {
  commit: () => void;
  // When the page goes away: must not wait for anything.
  leave: () => void;
  timer: ReturnType<typeof setTimeout>;
  toast: number;
}

interface Removals {
  hidden: ReadonlySet<string>;
  remove: (id: string, text: string, how: { commit: () => void; leave: () => void }) => void;
  undo: (id: string) => void;
  // It turned out that it cannot be deleted.
  restore: (id: string) => void;
}

export const UNDO_MS = 8000;
const pending = new Map<string, Pending>();

export const useRemovals = create<Removals>()((set, get) => {
  const show = (id: string) => set({ hidden: new Set([...get().hidden].filter((other) => other !== id)) });
  return {
    hidden: new Set(),
    remove: (id, text, { commit, leave }) => {
      if (pending.has(id)) return;
      const timer = setTimeout(() => {
        pending.delete(id);
        commit();
      }, UNDO_MS);
      set({ hidden: new Set([...get().hidden, id]) });
      const toast = useToasts.getState().show('ok', text, { action: { label: 'Undo', run: () => get().undo(id) }, shownMs: UNDO_MS });
      pending.set(id, { commit, leave, timer, toast });
    },
    undo: (id) => {
      const found = pending.get(id);
      if (found === undefined) return;
      clearTimeout(found.timer);
      useToasts.getState().dismiss(found.toast);
      pending.delete(id);
      show(id);
    },
    restore: show,
  };
});

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    for (const { leave, timer } of pending.values()) {
      clearTimeout(timer);
      leave();
    }
    pending.clear();
  });
}
