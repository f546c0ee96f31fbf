import { create } from 'zustand';
import { getSetup, whoAmI } from '../api/auth';
import { setSessionOverHandler, token } from '../api/session';
import type { Me } from '../api/types';

// Who sits in front of the page.
//   starting → setup | signed-out | signed-in | unreachable;  signed-in → over (the session ended under the page's feet)

export type SessionPhase = 'starting' | 'unreachable' | 'setup' | 'signed-out' | 'signed-in' | 'over';

interface Session {
  phase: SessionPhase;
  user: Me | null;
  // Where the first run goes on. Kept here, because the router changes its address later than this store.
  landing: string;
  // Signed out on purpose: the next one begins at the front door, not where this one was.
  left: boolean;
  start: () => Promise<void>;
  signedIn: (user: Me, landing?: string) => void;
  signedOut: () => void;
}

let waiting: ((restored: boolean) => void)[] = [];

function settle(restored: boolean): void {
  const all = waiting;
  waiting = [];
  for (const resolve of all) resolve(restored);
}

export const useSession = create<Session>()((set, get) => ({
  phase: 'starting',
  user: null,
  landing: '/live',
  left: false,
  start: async () => {
    const setup = await getSetup();
    if (setup.kind === 'ok' && setup.data.required) {
      set({ phase: 'setup' });
      return;
    }
    const me = await whoAmI();
    if (me.kind === 'ok') get().signedIn(me.data);
    else if (me.kind === 'problem' && me.status === 401) set({ phase: 'signed-out' });
    else set({ phase: 'unreachable' });
  },
  signedIn: (user, landing = '/live') => {
    set({ phase: 'signed-in', user, landing, left: false });
    settle(true);
  },
  signedOut: () => {
    token.set(null);
    set({ phase: 'signed-out', user: null, left: true });
    settle(false);
  },
}));

// Requests that meet the end of the session wait for the dialog; they go on with what they were doing after the sign-in.
setSessionOverHandler(() => {
  const { phase } = useSession.getState();
  if (phase !== 'signed-in' && phase !== 'over') return Promise.resolve(false);
  token.set(null);
  useSession.setState({ phase: 'over' });
  return new Promise((resolve) => waiting.push(resolve));
});

export const isAdministrator = (user: Me | null): boolean => user?.role === 'administrator';
// With auth.mode none nobody signs in, so there is nothing to sign out of.
export const canSignOut = (user: Me | null): boolean => user !== null && user.kind !== 'local';
