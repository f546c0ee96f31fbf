// The search for number plates: what stands in its address, and where on a kept picture a plate is.
import { type Range, RANGES } from './detections';

export const MATCHES = ['prefix', 'exact', 'fuzzy'] as const;
export type Match = (typeof MATCHES)[number];
export const MATCH_WORDS: Record<Match, string> = { prefix: 'Begins with', exact: 'Is exactly', fuzzy: 'Is like' };

// Letters wrong, missing or too many that "is like" forgives.
export const MOST_EDITS = 2;

// Where plates are looked for: what cameras saw, and videos that were handed in.
export const PLACES = ['cameras', 'uploads'] as const;
export type Place = (typeof PLACES)[number];
export const PLACE_WORDS: Record<Place, string> = { cameras: 'Cameras', uploads: 'Uploads' };

export interface PlateFilter {
  place: Place;
  text: string;
  match: Match;
  cameras: string[];
  range: Range;
}

const LONGEST = 32;

export function plateFilterFrom(params: URLSearchParams): PlateFilter {
  return {
    place: PLACES.find((each) => each === params.get('in')) ?? 'cameras',
    text: (params.get('q') ?? '').slice(0, LONGEST),
    match: MATCHES.find((each) => each === params.get('match')) ?? 'prefix',
    cameras: params.getAll('camera'),
    range: RANGES.find((each) => each === params.get('range')) ?? 'all',
  };
}

export function plateParams(filter: PlateFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.place !== 'cameras') params.set('in', filter.place);
  if (filter.text !== '') params.set('q', filter.text);
  if (filter.match !== 'prefix') params.set('match', filter.match);
  for (const camera of filter.cameras) params.append('camera', camera);
  if (filter.range !== 'all') params.set('range', filter.range);
  return params;
}

// Signs and blanks are not compared: a question of them alone asks for nothing.
export const hasLetters = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

export function plateNarrowing(filter: PlateFilter): string[] {
  const out: string[] = [];
  if (hasLetters(filter.text)) out.push(filter.match === 'fuzzy' ? 'some letters' : 'some letters, search with “Is like”');
  if (filter.place === 'cameras' && filter.cameras.length > 0) out.push(filter.cameras.length === 1 ? 'the camera' : 'the cameras');
  if (filter.range !== 'all') out.push('the time range');
  return out;
}

export interface Placement {
  left: number;
  top: number;
  width: number;
  height: number;
}

// Of the plate's own size, on each side: its surroundings tell whether it is one.
const MARGIN = 0.25;

// Where a whole picture lies, in pixels, so that the box (0..1 of it) with a margin fills a frame of this size.
export function cropPlacement(box: readonly number[], natural: { width: number; height: number }, frame: { width: number; height: number }): Placement | null {
  const [x = 0, y = 0, w = 0, h = 0] = box;
  if (w <= 0 || h <= 0 || natural.width <= 0 || natural.height <= 0) return null;
  const scale = Math.min(frame.width / (w * natural.width * (1 + 2 * MARGIN)), frame.height / (h * natural.height * (1 + 2 * MARGIN)));
  const width = natural.width * scale;
  const height = natural.height * scale;
  return { left: frame.width / 2 - (x + w / 2) * width, top: frame.height / 2 - (y + h / 2) * height, width, height };
}

// How wide the whole picture has to be for a plate of this part of it to be as sharp as its frame; in steps.
export function widthForCrop(box: readonly number[], frameWidth: number): number {
  const part = Math.max(box[2] ?? 0, 0.01) * (1 + 2 * MARGIN);
  return Math.min(1920, Math.max(320, Math.ceil(frameWidth / part / 320) * 320));
}
