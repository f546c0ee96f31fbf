// Whether a picture may pass for the present. A frozen picture that looks live is the worst fault a wall can have, so age
// counts from the moment the picture was taken, never from when it was shown.

export type Freshness = 'none' | 'live' | 'stale';

const LEAST_MS = 3000;

// `fps` is what the camera gives: one picture in ten seconds is as live as it gets for a slow camera.
export function freshness(takenAt: number | null, live: boolean, now: number, intervalMs: number, fps: number): Freshness {
  if (takenAt === null) return 'none';
  if (!live) return 'stale';
  const slowest = fps > 0 ? 3000 / fps : 0;
  return now - takenAt <= Math.max(LEAST_MS, intervalMs * 3, slowest) ? 'live' : 'stale';
}
