import { call, send } from './client';
import type { Failure, Result } from './result';
import type { FoundPlateList, PlateList, SceneList, SimilarTracks, SubjectList, SubjectWithTracks, Track, TrackList } from './types';

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
async function picture(path: string, query: Record<string, string | number | boolean>, signal?: AbortSignal): Promise<Result<Blob>> {
  const answer = await send(path, { query, signal });
  if (answer.kind !== 'response') return answer;
  try {
    return { kind: 'ok', data: await answer.response.blob(), etag: answer.response.headers.get('etag') };
  } catch {
    return { kind: signal?.aborted === true ? 'aborted' : 'offline' } satisfies Failure;
  }
}

export const trackPicture = (id: string, crop: boolean, width: number, signal?: AbortSignal): Promise<Result<Blob>> =>
  picture(`/api/tracks/${encodeURIComponent(id)}/picture`, { crop, width }, signal);

export const keyFramePicture = (id: string, width: number, signal?: AbortSignal): Promise<Result<Blob>> =>
  picture(`/api/key-frames/${encodeURIComponent(id)}/picture`, { width }, signal);

export interface PlateQuery {
  // Empty: all.
  text: string;
  match: 'exact' | 'prefix' | 'fuzzy';
  maxEdits: number;
  cameras: string[];
  from?: string | undefined;
}

const plateWords = (query: PlateQuery) => (query.text === '' ? {} : { text: query.text, match: query.match, ...(query.match === 'fuzzy' ? { max_edits: query.maxEdits } : {}) });

export const listPlates = (query: PlateQuery, cursor: string | undefined, signal?: AbortSignal): Promise<Result<PlateList>> =>
  call('get', '/api/plates', { query: { ...plateWords(query), camera: query.cameras, from: query.from, limit: PAGE, cursor }, signal });

// In videos that were handed in; of cameras they know nothing.
export const listFoundPlates = (query: PlateQuery, cursor: string | undefined, signal?: AbortSignal): Promise<Result<FoundPlateList>> =>
  call('get', '/api/assets/plates', { query: { ...plateWords(query), from: query.from, limit: PAGE, cursor }, signal });

export const platesOfTrack = (track: string, signal?: AbortSignal): Promise<Result<PlateList>> => call('get', '/api/plates', { query: { track }, signal });

export interface SceneQuery {
  cameras: string[];
  from?: string | undefined;
}

export const listScenes = ({ cameras, from }: SceneQuery, cursor: string | undefined, signal?: AbortSignal): Promise<Result<SceneList>> =>
  call('get', '/api/scenes', { query: { camera: cameras, from, limit: PAGE, cursor }, signal });

export interface SubjectQuery {
  labels: string[];
  from?: string | undefined;
}

export const listSubjects = ({ labels, from }: SubjectQuery, cursor: string | undefined, signal?: AbortSignal): Promise<Result<SubjectList>> =>
  call('get', '/api/subjects', { query: { label: labels, from, limit: PAGE, cursor }, signal });

export const getSubject = (id: string, signal?: AbortSignal): Promise<Result<SubjectWithTracks>> => call('get', '/api/subjects/{id}', { path: { id }, signal });

// Its newest sighting, for a picture of it.
export const newestOfSubject = (subject: string, signal?: AbortSignal): Promise<Result<TrackList>> => call('get', '/api/tracks', { query: { subject, limit: 1 }, signal });
