import { call } from './client';
import type { Result } from './result';
import type { CameraAnalysis, ModelList } from './types';

export const getCameraAnalysis = (id: string, signal?: AbortSignal): Promise<Result<CameraAnalysis>> => call('get', '/api/cameras/{id}/analysis', { path: { id }, signal });

export const listModels = (signal?: AbortSignal): Promise<Result<ModelList>> => call('get', '/api/models', { signal });
