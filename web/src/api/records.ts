import { call, send } from './client';
import type { Failure, Result } from './result';
import type { SimilarTracks, Track, TrackList } from './types';

// What was seen, as the server keeps it.

export interface TrackFilter {
  cameras: string[];
  labels: string[];
  from?: string | undefined;
  to?: string | undefined;
  minScore?: number | undefined;
  subject?: string | undefined;
}

const PAGE = 60;

export const listTracks = (filter: TrackFilter, cursor: string | undefined, signal?: AbortSignal): Promise<Result<TrackList>> =>
  call('get', '/api/tracks', {
    query: {
      camera: filter.cameras,
      label: filter.labels,
      from: filter.from,
      to: filter.to,
      min_score: filter.minScore,
      subject: filter.subject,
      limit: PAGE,
      cursor,
    },
    signal,
  });

export const getTrack = (id: string, signal?: AbortSignal): Promise<Result<Track>> => call('get', '/api/tracks/{id}', { path: { id }, signal });

export const similarTracks = (id: string, signal?: AbortSignal): Promise<Result<SimilarTracks>> =>
  call('get', '/api/tracks/{id}/similar', { path: { id }, query: { limit: 12 }, signal });

// Pictures need the sign-in, which an <img> cannot send.
export async function trackPicture(id: string, crop: boolean, width: number, signal?: AbortSignal): Promise<Result<Blob>> {
  const answer = await send(`/api/tracks/${encodeURIComponent(id)}/picture`, { query: { crop, width }, signal });
  if (answer.kind !== 'response') return answer;
  try {
    return { kind: 'ok', data: await answer.response.blob(), etag: answer.response.headers.get('etag') };
  } catch {
    return { kind: signal?.aborted === true ? 'aborted' : 'offline' } satisfies Failure;
  }
}
