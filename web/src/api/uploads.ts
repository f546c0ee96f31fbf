import { call, send } from './client';
import type { Result } from './result';
import type { Asset, AssetLink, AssetList, AssetUsage, Job, JobEvent, JobList, JobOutputList, JobState, Upload, Webhook } from './types';

// Files that were handed in, and what is done with them. The bytes themselves go through ./transfer.

const PAGE = 50;
export const OUTPUTS = 200;

export const listAssets = (cursor: string | undefined, signal?: AbortSignal): Promise<Result<AssetList>> =>
  call('get', '/api/assets', { query: { limit: PAGE, cursor }, signal });

export const getAsset = (id: string, signal?: AbortSignal): Promise<Result<Asset>> => call('get', '/api/assets/{id}', { path: { id }, signal });

export const deleteAsset = (id: string): Promise<Result<undefined>> => call('delete', '/api/assets/{id}', { path: { id } });

// As the page goes away: nobody is there to read the answer.
export const deleteAssetOnLeaving = (id: string): void => void send(`/api/assets/${encodeURIComponent(id)}`, { method: 'DELETE', keepalive: true });

// A link that opens its bytes for some minutes: a player and a download cannot send headers.
export const linkAsset = (id: string): Promise<Result<AssetLink>> => call('post', '/api/assets/{id}/links', { path: { id }, body: { seconds: 900 } });

// The same for something that a job made.
export const linkOutput = (id: string, name: string): Promise<Result<AssetLink>> =>
  call('post', '/api/jobs/{id}/outputs/{name}/links', { path: { id, name }, body: { seconds: 900 } });

export const holdAsset = (id: string, held: boolean): Promise<Result<Asset>> => call('put', '/api/assets/{id}/hold', { path: { id }, body: { held } });

export const assetUsage = (signal?: AbortSignal): Promise<Result<AssetUsage>> => call('get', '/api/assets/usage', { signal });

export const getUpload = (id: string, signal?: AbortSignal): Promise<Result<Upload>> => call('get', '/api/uploads/{id}', { path: { id }, signal });

export const giveUpUpload = (id: string): Promise<Result<undefined>> =>
  call('delete', '/api/uploads/{id}', { path: { id }, headers: { 'tus-resumable': '1.0.0' } });

// A picture of each second, the best one, a contact sheet and a preview.
export const takePictures = (id: string): Promise<Result<Job>> =>
  call('post', '/api/assets/{id}/jobs', {
    path: { id },
    body: { kind: 'extract', extract: { cadence: 'fps', fps: 1, thumbnails: true, sheet: true, preview: true } },
  });

export interface JobFilter {
  asset?: string | undefined;
  states?: readonly JobState[] | undefined;
}

export const listJobs = (filter: JobFilter, cursor: string | undefined, signal?: AbortSignal): Promise<Result<JobList>> =>
  call('get', '/api/jobs', { query: { limit: PAGE, cursor, asset: filter.asset, state: filter.states }, signal });

export const jobLog = (id: string, signal?: AbortSignal): Promise<Result<{ events: JobEvent[] }>> =>
  call('get', '/api/jobs/{id}/log', { path: { id }, query: { limit: 500 }, signal });

// Who is told of a job, and the deliveries.
export const jobWebhooks = (id: string, signal?: AbortSignal): Promise<Result<{ webhooks: Webhook[] }>> =>
  call('get', '/api/jobs/{id}/webhooks', { path: { id }, signal });

// One delivery and what followed it.
export const replayWebhook = (id: string, webhook: string, from: number): Promise<Result<{ webhooks: Webhook[] }>> =>
  call('post', '/api/jobs/{id}/webhooks/{webhook}/replay', { path: { id, webhook }, query: { from } });

// What a job made, by name.
export const listOutputs = (id: string, after: string | undefined, signal?: AbortSignal): Promise<Result<JobOutputList>> =>
  call('get', '/api/jobs/{id}/outputs', { path: { id }, query: { after, limit: OUTPUTS }, signal });

// Pictures need the sign-in, which an <img> cannot send.
export const outputPicture = (id: string, name: string, signal?: AbortSignal): Promise<Result<Blob>> =>
  picture(`/api/jobs/${encodeURIComponent(id)}/outputs/${encodeURIComponent(name)}`, signal);

export const thumbnail = (id: string, signal?: AbortSignal): Promise<Result<Blob>> => picture(`/api/assets/${encodeURIComponent(id)}/thumbnail`, signal);

async function picture(path: string, signal?: AbortSignal): Promise<Result<Blob>> {
  const answer = await send(path, { signal });
  if (answer.kind !== 'response') return answer;
  try {
    return { kind: 'ok', data: await answer.response.blob(), etag: null };
  } catch {
    return { kind: signal?.aborted === true ? 'aborted' : 'offline' };
  }
}

export type JobOrder = 'cancel' | 'pause' | 'resume' | 'retry';

export function orderJob(id: string, order: JobOrder): Promise<Result<Job>> {
  const path = { id };
  switch (order) {
    case 'cancel':
      return call('post', '/api/jobs/{id}/cancel', { path });
    case 'pause':
      return call('post', '/api/jobs/{id}/pause', { path });
    case 'resume':
      return call('post', '/api/jobs/{id}/resume', { path });
    case 'retry':
      return call('post', '/api/jobs/{id}/retry', { path });
  }
}
