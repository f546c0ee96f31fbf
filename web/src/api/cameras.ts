import { call } from './client';
import type { Ok, Result } from './result';
import type { Camera, CameraCreate, CameraPatch, CameraStatus, ProbeReport, ProbeRequest, StreamKey, SystemStatus } from './types';

const PAGE = 500;

// Every camera, however many pages they fill.
export async function listCameras(signal?: AbortSignal): Promise<Result<Camera[]>> {
  const cameras: Camera[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await call('get', '/api/cameras', { query: { page_size: PAGE, cursor }, signal });
    if (page.kind !== 'ok') return page;
    cameras.push(...page.data.cameras);
    if (page.data.next_cursor === null) return { kind: 'ok', data: cameras, etag: null };
    cursor = page.data.next_cursor;
  }
}

export const getCamera = (id: string, signal?: AbortSignal): Promise<Result<Camera>> => call('get', '/api/cameras/{id}', { path: { id }, signal });

export const createCamera = (camera: CameraCreate): Promise<Result<Camera>> => call('post', '/api/cameras', { body: camera });

export const changeCamera = (id: string, patch: CameraPatch, version: number): Promise<Result<Camera>> =>
  call('patch', '/api/cameras/{id}', {
    path: { id },
    body: patch,
    contentType: 'application/merge-patch+json',
    headers: { 'if-match': `"${version}"` },
  });

export const deleteCamera = async (id: string): Promise<Result<undefined>> => (await call('delete', '/api/cameras/{id}', { path: { id } })) as Result<undefined>;

export const startCamera = (id: string): Promise<Result<Camera>> => call('post', '/api/cameras/{id}/start', { path: { id } });
export const stopCamera = (id: string): Promise<Result<Camera>> => call('post', '/api/cameras/{id}/stop', { path: { id } });
export const retryCamera = (id: string): Promise<Result<CameraStatus>> => call('post', '/api/cameras/{id}/retry', { path: { id } });

// The answer is the only place where the key is shown.
export const renewStreamKey = (id: string): Promise<Result<StreamKey>> => call('post', '/api/cameras/{id}/stream-key', { path: { id } });

export const getCameraStatus = (id: string, signal?: AbortSignal): Promise<Result<CameraStatus>> =>
  call('get', '/api/cameras/{id}/status', { path: { id }, signal });

export const probeCamera = (request: ProbeRequest, signal?: AbortSignal): Promise<Result<ProbeReport>> =>
  call('post', '/api/cameras/probe', { body: request, signal });

export const getSystemStatus = (signal?: AbortSignal): Promise<Result<SystemStatus>> => call('get', '/api/system/status', { signal });

// A key with which a camera or a script may hand pictures in. The answer is the only place where the key is shown.
export async function createPushKey(cameraId: string): Promise<Result<string>> {
  const made = await call('post', '/api/keys', { body: { name: `Pictures of ${cameraId}`, role: 'administrator' } });
  return made.kind === 'ok' ? ({ ...made, data: made.data.key } satisfies Ok<string>) : made;
}
