import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { isTransport, type Transport } from '../domain/ladder';
import { isLayout, type Layout } from '../domain/layout';

// What belongs to this browser and not to the person: the only store that is kept in localStorage.

export type Theme = 'system' | 'dark' | 'light';

interface Device {
  theme: Theme;
  layout: Layout;
  letters: boolean;
  badges: boolean;
  boxes: boolean;
  railOnly: boolean;
  // How live video is to come; null: the best way there is.
  transport: Transport | null;
  setTheme: (theme: Theme) => void;
  setLayout: (layout: Layout) => void;
  setLetters: (on: boolean) => void;
  setBadges: (on: boolean) => void;
  setBoxes: (on: boolean) => void;
  setRailOnly: (on: boolean) => void;
  setTransport: (transport: Transport | null) => void;
}

function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const useDevice = create<Device>()(
  persist(
    (set) => ({
      theme: 'system',
      layout: 'auto',
      letters: true,
      badges: false,
      boxes: true,
      railOnly: false,
      transport: null,
      setTheme: (theme) => {
        showTheme(theme);
        set({ theme });
      },
      setLayout: (layout) => set({ layout }),
      setLetters: (letters) => set({ letters }),
      setBadges: (badges) => set({ badges }),
      setBoxes: (boxes) => set({ boxes }),
      setRailOnly: (railOnly) => set({ railOnly }),
      setTransport: (transport) => set({ transport }),
    }),
    {
      // public/theme.js reads the same key before the first paint.
      name: 'vigil.device',
      partialize: ({ theme, layout, letters, badges, boxes, railOnly, transport }) => ({ theme, layout, letters, badges, boxes, railOnly, transport }),
      merge: (saved, fresh) => {
        const kept = (typeof saved === 'object' && saved !== null ? saved : {}) as Partial<Device>;
        return {
          ...fresh,
          theme: kept.theme === 'dark' || kept.theme === 'light' ? kept.theme : 'system',
          layout: isLayout(kept.layout) ? kept.layout : 'auto',
          letters: kept.letters !== false,
          badges: kept.badges === true,
          boxes: kept.boxes !== false,
          railOnly: kept.railOnly === true,
          transport: isTransport(kept.transport) ? kept.transport : null,
        };
      },
    },
  ),
);
