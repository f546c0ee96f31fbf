// Whether the server answers, as seen by every request that was made anyway. The store in src/stores/connection.ts listens.

type Listener = (reached: boolean) => void;
const listeners = new Set<Listener>();

export function onReachability(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function reportReachability(reached: boolean): void {
  for (const listener of listeners) listener(reached);
}

// A cheap question to a server that was away. True when anything at all answered for it.
export async function ping(signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch('/health', { signal, cache: 'no-store' });
    // A proxy in front that lost its server answers 502, 503 or 504.
    return response.status < 502 || response.status > 504;
  } catch {
    return false;
  }
}
