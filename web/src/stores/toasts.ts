import { create } from 'zustand';

// Short news about something that somebody did, and what a screen reader is told meanwhile.

export interface Toast {
  id: number;
  tone: 'ok' | 'danger';
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

interface Toasts {
  toasts: Toast[];
  // Its id.
  show: (tone: Toast['tone'], text: string, more?: { action?: Toast['action']; shownMs?: number }) => number;
  dismiss: (id: number) => void;
}

const SHOWN_MS = { ok: 5000, danger: 12000 };
let nextId = 1;

export const useToasts = create<Toasts>()((set, get) => ({
  toasts: [],
  show: (tone, text, more = {}) => {
    const id = nextId++;
    set({ toasts: [...get().toasts.slice(-2), { id, tone, text, action: more.action }] });
    setTimeout(() => get().dismiss(id), more.shownMs ?? SHOWN_MS[tone]);
    return id;
  },
  dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
}));

// Gathered: at most one message every ten seconds, so that a reader is not flooded.
interface Announcements {
  message: string;
}
export const useAnnouncements = create<Announcements>()(() => ({ message: '' }));

const GATHER_MS = 10_000;
let gathered: string[] = [];
let last = -Infinity;
let pending: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  gathered.push(text);
  if (pending !== undefined) return;
  const wait = Math.max(250, last + GATHER_MS - Date.now());
  pending = setTimeout(() => {
    pending = undefined;
    last = Date.now();
    const kept = gathered.slice(0, 5);
    const more = gathered.length - kept.length;
    useAnnouncements.setState({ message: kept.join('. ') + (more > 0 ? `, and ${more} more` : '') });
    gathered = [];
  }, wait);
}
