// The one-time code of the set-up link. It leaves the address bar at once, so that it is in no history and no screenshot.

export function tokenIn(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const match = /[?&#]token=([^&#\s]+)/.exec(trimmed);
  if (match?.[1] !== undefined) {
    try {
      return decodeURIComponent(match[1]);
    } catch {
      return match[1];
    }
  }
  // Somebody pasted the code alone.
  return /^[\w.~-]+$/.test(trimmed) ? trimmed : null;
}

export function takeSetupToken(): string | null {
  if (location.pathname !== '/setup') return null;
  const found = /[?&#]token=/.test(location.search + location.hash) ? tokenIn(location.search + location.hash) : null;
  if (location.search !== '' || location.hash !== '') history.replaceState(history.state, '', '/setup');
  return found;
}
