import { create } from 'zustand';
import { onReachability, ping } from '../api/reachability';

// Whether the server is there. Every request reports; while it is away, a small question is asked again and again.

interface Connection {
  // Since when no request has been answered; null while the server is there.
  awaySince: number | null;
  nextTryAt: number | null;
  // Counts the returns of the server; a change means: ask for everything again.
  returns: number;
  tryNow: () => void;
}

const DELAYS_MS = [1000, 1000, 2000, 4000, 8000, 15000];
const PING_LIMIT_MS = 5000;

let timer: ReturnType<typeof setTimeout> | undefined;
let tries = 0;
let asking = false;

async function ask(): Promise<void> {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  useConnection.setState({ nextTryAt: null });
  const reached = await ping(AbortSignal.timeout(PING_LIMIT_MS));
  asking = false;
  if (reached) reachable();
  else schedule();
}

function schedule(): void {
  const delay = DELAYS_MS[Math.min(tries, DELAYS_MS.length - 1)] ?? 15000;
  tries += 1;
  useConnection.setState({ nextTryAt: Date.now() + delay });
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), delay);
}

function reachable(): void {
  const { awaySince, returns } = useConnection.getState();
  if (awaySince === null) return;
  clearTimeout(timer);
  tries = 0;
  useConnection.setState({ awaySince: null, nextTryAt: null, returns: returns + 1 });
}

export const useConnection = create<Connection>()(() => ({
  awaySince: null,
  nextTryAt: null,
  returns: 0,
  tryNow: () => void ask(),
}));

export function watchConnection(): () => void {
  const stop = onReachability((reached) => {
    if (reached) return reachable();
    if (useConnection.getState().awaySince !== null) return;
    useConnection.setState({ awaySince: Date.now() });
    schedule();
  });
  const online = () => {
    if (useConnection.getState().awaySince !== null) void ask();
  };
  window.addEventListener('online', online);
  return () => {
    stop();
    clearTimeout(timer);
    window.removeEventListener('online', online);
  };
}
