import { create } from 'zustand';
import { type CameraForm, emptyForm } from '../../domain/cameraForm';

// The wizard's half-filled form: leaving the page loses nothing. In memory only, because it may hold a password.

export type Step = 'source' | 'check' | 'use' | 'done';

interface Draft {
  form: CameraForm;
  step: Step;
  // Of the camera that was just added.
  addedId: string | null;
  change: (change: Partial<CameraForm>) => void;
  goTo: (step: Step) => void;
  added: (id: string) => void;
  // Anew; with the sign-in, place and section of the camera before, or without.
  another: (sameSignIn: boolean) => void;
}

export const useDraft = create<Draft>()((set, get) => ({
  form: emptyForm(),
  step: 'source',
  addedId: null,
  change: (change) => set({ form: { ...get().form, ...change } }),
  goTo: (step) => set({ step }),
  added: (addedId) => set({ addedId, step: 'done' }),
  another: (sameSignIn) => {
    const { username, password, place, section, sourceType, transport } = get().form;
    const next = emptyForm();
    set({ form: sameSignIn ? { ...next, username, password, place, section, sourceType, transport } : next, step: 'source', addedId: null });
  },
}));
