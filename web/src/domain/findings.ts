// What was found in a video, as it is drawn over a player. Times are milliseconds from the beginning of the video, as the
// player counts them. Pure.

import type { Shown } from './overlay';

export interface FoundObject {
  track: number;
  label: string;
  confidence: number;
  state: string;
  // x, y, width and height in pixels of the picture.
  box: number[];
}

export interface FoundFrame {
  sequence: number;
  time_ms: number;
  objects: FoundObject[];
}

export interface Size {
  width: number;
  height: number;
}

// Boxes are asked for by the stretch of the video that they are of.
export const STRETCH_MS = 20_000;
export const stretchOf = (ms: number): number => Math.floor(Math.max(0, ms) / STRETCH_MS);

// Where pictures are looked at seldom, a box is true for as long as until the next one, and some more.
const LEAST_HOLD_MS = 100;
const HOLDS = 1.6;
// Times of pictures are cut to milliseconds.
const CUT_MS = 1;

const between = (a: number, b: number, part: number): number => a + (b - a) * part;

function shown({ track, label, confidence, state, box }: FoundObject, { width, height }: Size, next: FoundObject | undefined, part: number): Shown {
  const at = (i: number) => (next === undefined ? (box[i] ?? 0) : between(box[i] ?? 0, next.box[i] ?? 0, part));
  return {
    x: at(0) / width,
    y: at(1) / height,
    w: at(2) / width,
    h: at(3) / height,
    label,
    id: track,
    confidence,
    best: confidence,
    coasting: state === 'coasting',
    stationary: false,
    trail: [],
    outline: undefined,
  };
}

const believed = ({ state }: FoundObject): boolean => state === 'confirmed' || state === 'coasting';

// What is to be drawn over the picture at `ms`. `frames`: by time. `intervalMs`: how far pictures that were looked at
// are apart; null: there is only one.
export function boxesAt(frames: readonly FoundFrame[], ms: number, intervalMs: number | null, size: Size): Shown[] {
  if (size.width <= 0 || size.height <= 0) return [];
  const hold = Math.max(LEAST_HOLD_MS, HOLDS * (intervalMs ?? 0));
  let from = 0;
  let to = frames.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((frames[middle]?.time_ms ?? 0) <= ms + CUT_MS) from = middle + 1;
    else to = middle;
  }
  const frame = frames[from - 1];
  if (frame === undefined || ms - frame.time_ms > hold) return [];
  const next = frames[from];
  const goesOn = next !== undefined && next.time_ms - frame.time_ms <= hold;
  const part = goesOn ? Math.min(1, Math.max(0, (ms - frame.time_ms) / (next.time_ms - frame.time_ms))) : 0;
  return frame.objects.filter(believed).map((object) => shown(object, size, goesOn ? next.objects.find(({ track }) => track === object.track) : undefined, part));
}

// "2 cars, 12 persons": the most first.
export function labelsText(labels: Readonly<Record<string, number>>): string {
  return Object.entries(labels)
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([label, n]) => `${n} × ${label}`)
    .join(', ');
}

// "1:05.3": where in a video something is.
export function videoTime(ms: number): string {
  const tenths = Math.floor(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (n: number) => String(n).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : String(minutes)}:${two(seconds % 60)}.${tenths % 10}`;
}

// The page of an upload, with its player at that moment.
export const momentAddress = (asset: string, ms: number): string => `/uploads/${encodeURIComponent(asset)}?t=${Math.max(0, ms) / 1000}`;

// The moment that an address names, in seconds; null: none that makes sense.
export function momentFrom(params: URLSearchParams): number | null {
  const text = params.get('t') ?? '';
  const seconds = Number(text);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
