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
}

export function filterFrom(params: URLSearchParams): DetectionFilter {
  const range = RANGES.find((each) => each === params.get('range')) ?? '24h';
  const score = Number(params.get('score') ?? '0');
  return {
    cameras: params.getAll('camera'),
    labels: params.getAll('label'),
    range,
    minScore: Number.isFinite(score) && score > 0 && score < 1 ? score : 0,
  };
}

export function toParams(filter: DetectionFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const camera of filter.cameras) params.append('camera', camera);
  for (const label of filter.labels) params.append('label', label);
  if (filter.range !== '24h') params.set('range', filter.range);
  if (filter.minScore > 0) params.set('score', String(filter.minScore));
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
  if (filter.range !== 'all') out.push('the time range');
  return out;
}

// "person 12"; an identity differs by its number.
export const trackName = (track: { label: string; number: number }): string => `${track.label} ${track.number}`;
