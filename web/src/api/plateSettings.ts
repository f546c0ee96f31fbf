import { call } from './client';
import type { Result } from './result';
import type { NewPlateSettings, PlateSettings } from './types';

// Which plates are expected or not wanted, and how plates look here.

export const getPlateSettings = (signal?: AbortSignal): Promise<Result<PlateSettings>> => call('get', '/api/plate-settings', { signal });

export const setPlateSettings = (body: NewPlateSettings): Promise<Result<PlateSettings>> => call('put', '/api/plate-settings', { body });
