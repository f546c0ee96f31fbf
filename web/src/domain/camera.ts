// What a camera's state means to people. Structural types, so that this file knows no server.
import { since as sinceText, toMillis } from './format';
import { type NextStep, reasonText } from './reasons';

export interface StatusLike {
  state: string;
  reason: string;
  detail: string;
  since: string;
  fps: number;
}
export interface CameraLike {
  id: string;
  name: string;
  number: number | null;
  place: string;
  section: string;
  enabled: boolean;
  status: StatusLike;
}

export type Tone = 'ok' | 'info' | 'warn' | 'danger' | 'quiet';

export interface Health {
  tone: Tone;
  // One word for the badge.
  word: string;
  // "since 13:59 · wrong user name or password"; empty when all is well.
  detail: string;
  // Cause and what to do, in full sentences; empty when all is well.
  text: string;
  step: NextStep;
  // Media flows, so pictures are worth asking for often.
  live: boolean;
}

const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(' · ');

// A stream that broke just now is being reconnected; after this long it counts as offline.
const GRACE_MS = 10_000;

export function healthOf(status: StatusLike, now: number): Health {
  const reason = reasonText(status.reason);
  const since = sinceText(status.since, now);
  switch (status.state) {
    case 'disabled':
      return { tone: 'quiet', word: 'Stopped', detail: since, text: 'Somebody stopped this camera.', step: 'start', live: false };
    case 'idle':
      return { tone: 'quiet', word: 'Idle', detail: 'connects when somebody looks', text: '', step: 'none', live: true };
    case 'connecting':
      return { tone: 'info', word: 'Connecting', detail: reason.short, text: reason.text, step: 'none', live: false };
    case 'connected':
      if (status.reason === 'none') return { tone: 'ok', word: 'Live', detail: '', text: '', step: 'none', live: true };
      return { tone: 'warn', word: 'Trouble', detail: join(since, reason.short), text: reason.text, step: reason.step, live: true };
    case 'reconnecting': {
      const began = toMillis(status.since);
      const fresh = began !== null && now - began < GRACE_MS;
      return {
        tone: fresh ? 'warn' : 'danger',
        word: fresh ? 'Reconnecting' : 'Offline',
        detail: join(since, reason.short),
        text: reason.text,
        step: reason.step,
        live: false,
      };
    }
    default:
      return { tone: 'quiet', word: 'Unknown', detail: 'the server reports nothing', text: '', step: 'none', live: false };
  }
}

const RANK: Record<Tone, number> = { danger: 0, warn: 1, info: 2, ok: 3, quiet: 4 };

export const displayName = (camera: { id: string; name: string }): string => (camera.name === '' ? camera.id : camera.name);

export function byNumber(a: CameraLike, b: CameraLike): number {
  if (a.number !== b.number) return (a.number ?? Infinity) - (b.number ?? Infinity);
  return displayName(a).localeCompare(displayName(b), undefined, { numeric: true });
}

export const faultsFirst =
  (now: number) =>
  (a: CameraLike, b: CameraLike): number =>
    RANK[healthOf(a.status, now).tone] - RANK[healthOf(b.status, now).tone] || byNumber(a, b);

export function matches(camera: CameraLike, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const text = [camera.id, camera.name, camera.number === null ? '' : String(camera.number), camera.place, camera.section].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

export const isDown = (camera: CameraLike, now: number): boolean => ['danger', 'warn'].includes(healthOf(camera.status, now).tone);

// "01", "Door", "Entrance / Ground floor"
export const numberText = (number: number | null): string => (number === null ? '' : String(number).padStart(2, '0'));
export const whereText = (camera: { place: string; section: string }): string => [camera.place, camera.section].filter((part) => part !== '').join(' / ');

// Where there are cameras, by name, and how many.
export function placesOf(cameras: readonly { place: string }[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { place } of cameras) {
    if (place !== '') counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
}
