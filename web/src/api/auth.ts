import { call } from './client';
import type { Result } from './result';
import { renew, token } from './session';
import type { Me, SetupState, SignedIn } from './types';

function keepToken(result: Result<SignedIn>): Result<SignedIn> {
  if (result.kind === 'ok') token.set(result.data.access_token);
  return result;
}

export const getSetup = (signal?: AbortSignal): Promise<Result<SetupState>> => call('get', '/api/setup', { signal, anonymous: true });

export const completeSetup = async (setupToken: string, name: string, password: string): Promise<Result<SignedIn>> =>
  keepToken(await call('post', '/api/setup', { body: { token: setupToken, name, password }, anonymous: true }));

export const login = async (name: string, password: string): Promise<Result<SignedIn>> =>
  keepToken(await call('post', '/api/auth/login', { body: { name, password }, anonymous: true }));

export async function logout(): Promise<Result<undefined>> {
  const result = await call('post', '/api/auth/logout', { anonymous: true });
  if (result.kind === 'ok') token.set(null);
  return result as Result<undefined>;
}

export async function changePassword(current: string, next: string): Promise<Result<SignedIn>> {
  // With a fresh token, so that a refusal can only mean the password.
  await renew();
  return keepToken(await call('post', '/api/auth/password', { body: { current_password: current, new_password: next }, refusable: true }));
}

export const getMe = (signal?: AbortSignal): Promise<Result<Me>> => call('get', '/api/auth/me', { signal });

// At the start of the page: who is there already, by cookie or because the server asks nobody? A refusal is an answer, not a fault.
export async function whoAmI(): Promise<Result<Me>> {
  const asked = await call('get', '/api/auth/me', { anonymous: true });
  if (asked.kind !== 'problem' || asked.status !== 401) return asked;
  const renewed = await renew();
  if (renewed === 'renewed') return getMe();
  return renewed === 'offline' ? { kind: 'offline' } : asked;
}
