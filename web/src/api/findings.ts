import type { FoundFrame } from '../domain/findings';
import { call } from './client';
import type { Result } from './result';
import type { AssetAnalysis, AssetTrackList, Job } from './types';

// What was found in a video that was handed in.

const PAGE = 100;

export const analyseAsset = (id: string, annotate: boolean): Promise<Result<Job>> =>
  call('post', '/api/assets/{id}/jobs', { path: { id }, body: { kind: 'analyse', analyse: { annotate } } });

export const getAnalysis = (id: string, job: string, signal?: AbortSignal): Promise<Result<AssetAnalysis>> =>
  call('get', '/api/assets/{id}/analysis', { path: { id }, query: { job }, signal });

export const listAssetTracks = (id: string, job: string, label: readonly string[], skip: number, signal?: AbortSignal): Promise<Result<AssetTrackList>> =>
  call('get', '/api/assets/{id}/tracks', { path: { id }, query: { job, label, skip, limit: PAGE }, signal });

// One answer has so many at most; what is left begins at `next_ms`.
export const assetBoxes = (id: string, job: string, from: number, to: number, signal?: AbortSignal): Promise<Result<{ frames: FoundFrame[]; next_ms: number | null }>> =>
  call('get', '/api/assets/{id}/boxes', { path: { id }, query: { job, from_ms: from, to_ms: to }, signal });
