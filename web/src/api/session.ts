// The access token lives here, in memory, and nowhere else. One refresh at a time, also between tabs.

type Outcome = 'renewed' | 'refused' | 'offline';

let accessToken: string | null = null;
let renewing: Promise<Outcome> | null = null;

// Called when the session cannot be renewed any more; answers true once somebody has signed in again.
type OverHandler = () => Promise<boolean>;
let onOver: OverHandler = () => Promise.resolve(false);

export const token = {
  get: () => accessToken,
  set: (value: string | null) => {
    accessToken = value;
  },
};

export function setSessionOverHandler(handler: OverHandler): void {
  onOver = handler;
}

export const sessionOver = (): Promise<boolean> => onOver();

async function askForToken(): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch('/api/auth/refresh', { method: 'POST', credentials: 'same-origin' });
  } catch {
    return 'offline';
  }
  if (!response.ok) return response.status >= 500 ? 'offline' : 'refused';
  try {
    const body = (await response.json()) as { access_token?: unknown };
    if (typeof body.access_token !== 'string') return 'refused';
    accessToken = body.access_token;
    return 'renewed';
  } catch {
    return 'offline';
  }
}

// The refresh token is used up by each use: two tabs that send the same one would end both sessions.
function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  return locks ? (locks.request('vigil.refresh', work) as Promise<T>) : work();
}

export function renew(): Promise<Outcome> {
  renewing ??= oneTabAtATime(askForToken).finally(() => {
    renewing = null;
  });
  return renewing;
}
