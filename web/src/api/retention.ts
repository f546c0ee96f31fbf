import { call, send } from './client';
import type { Result } from './result';
import type { ApiKey, OwnedRetention, Retention, RetentionList, User } from './types';

// For how long uploads are kept, and whose they can be.

export const listRetention = (signal?: AbortSignal): Promise<Result<RetentionList>> => call('get', '/api/retention', { signal });

// Of a user, an API key, or `local`; what is not named is as for everybody.
export const setRetention = (id: string, body: Retention): Promise<Result<OwnedRetention>> => call('put', '/api/retention/{id}', { path: { id }, body });

// As the page goes away: nobody is there to read the answer.
export const takeBackRetentionOnLeaving = (id: string): void =>
  void send(`/api/retention/${encodeURIComponent(id)}`, { method: 'PUT', body: {}, keepalive: true });

export const listUsers = (signal?: AbortSignal): Promise<Result<{ users: User[] }>> => call('get', '/api/users', { signal });

export const listApiKeys = (signal?: AbortSignal): Promise<Result<{ keys: ApiKey[] }>> => call('get', '/api/keys', { signal });
