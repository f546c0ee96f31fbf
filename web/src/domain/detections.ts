// The filter of the page of detections: what stands in its address, and how it is said. Structural types only.

export const RANGES = ['1h', '24h', '7d', 'all'] as const;
export type Range = (typeof RANGES)[number];
export const RANGE_WORDS: Record<Range, string> = { '1h': 'Last hour', '24h': 'Last day', '7d': 'Last week', all: 'All' };
const RANGE_MS: Record<Exclude<Range, 'all'>, number> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 };

export interface DetectionFilter {
  cameras: string[];
  labels: string[];
  range: Range;
  // 0: any.
  minScore: number;
  // Only the sightings of this one.
  subject: string | null;
}

const SUBJECT = /^[1-9]\d{0,19}$/;

export function filterFrom(params: URLSearchParams): DetectionFilter {
  const range = RANGES.find((each) => each === params.get('range')) ?? '24h';
  const score = Number(params.get('score') ?? '0');
  const subject = params.get('subject') ?? '';
  return {
    cameras: params.getAll('camera'),
    labels: params.getAll('label'),
    range,
    minScore: Number.isFinite(score) && score > 0 && score < 1 ? score : 0,
    subject: SUBJECT.test(subject) ? subject : null,
  };
}

export function toParams(filter: DetectionFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const camera of filter.cameras) params.append('camera', camera);
  for (const label of filter.labels) params.append('label', label);
  if (filter.range !== '24h') params.set('range', filter.range);
  if (filter.minScore > 0) params.set('score', String(filter.minScore));
  if (filter.subject !== null) params.set('subject', filter.subject);
  return params;
}

// Where the range begins, rounded down to the minute so that one question stays one question.
export function beginOf(range: Range, now: number): string | undefined {
  if (range === 'all') return undefined;
  return new Date(Math.floor((now - RANGE_MS[range]) / 60_000) * 60_000).toISOString();
}

// With none of these, nothing is found: said in the empty page, the narrowest first.
export function narrowing(filter: DetectionFilter): string[] {
  const out: string[] = [];
  if (filter.minScore > 0) out.push('the least confidence');
  if (filter.labels.length > 0) out.push(filter.labels.length === 1 ? `the label “${filter.labels[0] ?? ''}”` : 'the labels');
  if (filter.cameras.length > 0) out.push(filter.cameras.length === 1 ? 'the camera' : 'the cameras');
  if (filter.subject !== null) out.push('the subject');
  if (filter.range !== 'all') out.push('the time range');
  return out;
}

export interface SubjectFilter {
  labels: string[];
  range: Range;
}

export interface SceneFilter {
  cameras: string[];
  range: Range;
}

export const sceneFilterFrom = (params: URLSearchParams): SceneFilter => ({
  cameras: params.getAll('camera'),
  range: RANGES.find((each) => each === params.get('range')) ?? 'all',
});

export function sceneParams(filter: SceneFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const camera of filter.cameras) params.append('camera', camera);
  if (filter.range !== 'all') params.set('range', filter.range);
  return params;
}

export const subjectFilterFrom = (params: URLSearchParams): SubjectFilter => ({
  labels: params.getAll('label'),
  range: RANGES.find((each) => each === params.get('range')) ?? 'all',
});

export function subjectParams(filter: SubjectFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const label of filter.labels) params.append('label', label);
  if (filter.range !== 'all') params.set('range', filter.range);
  return params;
}

// "person 12"; an identity differs by its number.
export const trackName = (track: { label: string; number: number }): string => `${track.label} ${track.number}`;

// "S-204": whom a track seems to show.
export const subjectName = (id: string): string => `S-${id}`;

// Never more than likely.
export const probable = (similarity: number): string => `probable, ${similarity.toFixed(2)}`;

// The list that somebody came from, kept with the entry in the browser's history: so that the next one is one key away.
export interface Trip {
  ids: string[];
  // Its address with filters: where "back" goes.
  from: string;
}

const LONGEST_TRIP = 500;

export const tripOf = (ids: readonly string[], from: string): Trip => ({ ids: ids.slice(0, LONGEST_TRIP), from });

// History is kept by the browser over updates of this page: nothing in it is taken for granted.
export function tripFrom(state: unknown): Trip | null {
  if (typeof state !== 'object' || state === null || !('ids' in state) || !('from' in state)) return null;
  const { ids, from } = state;
  if (typeof from !== 'string' || !/^\/(?![/\\])/.test(from) || !Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return null;
  return { ids: ids as string[], from };
}

export function beside(trip: Trip | null, id: string): { before: string | undefined; next: string | undefined } {
  const at = trip?.ids.indexOf(id) ?? -1;
  return at < 0 ? { before: undefined, next: undefined } : { before: trip?.ids[at - 1], next: trip?.ids[at + 1] };
}

interface Sighting {
  id: string;
  camera_id: string;
  first_seen: string;
  last_seen: string;
}

// From camera to camera, the oldest first; sightings by one camera after another are one stay.
export function journey<T extends Sighting>(tracks: readonly T[]): { camera: string; from: string; to: string; tracks: T[] }[] {
  const stays: { camera: string; from: string; to: string; tracks: T[] }[] = [];
  for (const track of [...tracks].sort((a, b) => Date.parse(a.first_seen) - Date.parse(b.first_seen))) {
    const last = stays.at(-1);
    if (last?.camera === track.camera_id) {
      last.tracks.push(track);
      if (Date.parse(track.last_seen) > Date.parse(last.to)) last.to = track.last_seen;
    } else {
      stays.push({ camera: track.camera_id, from: track.first_seen, to: track.last_seen, tracks: [track] });
    }
  }
  return stays;
}
