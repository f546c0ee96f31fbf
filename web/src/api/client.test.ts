import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../../test/fake/server';
import { serve } from '../../test/fake/fetch';
import { listCameras } from './cameras';
import { call, send } from './client';
import { onReachability } from './reachability';
import { setSessionOverHandler, token } from './session';
import { login } from './auth';

let server: FakeServer;
beforeEach(() => {
  server = new FakeServer();
  server.authMode = 'required';
  server.users.set('ana', 'right');
  token.set(null);
  setSessionOverHandler(() => Promise.resolve(false));
  serve(server);
});

const refreshes = () => server.asked.filter(({ path }) => path === '/api/auth/refresh').length;

describe('a call', () => {
  it('carries the token of the sign-in', async () => {
    expect((await login('ana', 'right')).kind).toBe('ok');
    expect(await listCameras()).toEqual({ kind: 'ok', data: [], etag: null });
    expect(server.asked.at(-1)?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('whose token ran out is made again with a new one, and many at once ask for one', async () => {
    await login('ana', 'right');
    server.expire();
    const results = await Promise.all([listCameras(), listCameras(), listCameras()]);
    expect(results.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok']);
    expect(refreshes()).toBe(1);
  });

  it('waits for the person when the session is over, and then goes on', async () => {
    await login('ana', 'right');
    server.expire(true);
    const over = vi.fn(async () => (await login('ana', 'right')).kind === 'ok');
    setSessionOverHandler(over);
    expect((await listCameras()).kind).toBe('ok');
    expect(over).toHaveBeenCalledTimes(1);
  });

  it('is refused when nobody signs in again', async () => {
    expect(await listCameras()).toMatchObject({ kind: 'problem', status: 401 });
    expect(refreshes()).toBe(1);
  });

  it('to a server that is away is offline, and tells so', async () => {
    const reached: boolean[] = [];
    const stop = onReachability((value) => reached.push(value));
    server.away = true;
    expect(await listCameras()).toEqual({ kind: 'offline' });
    server.away = false;
    await listCameras();
    stop();
    expect(reached[0]).toBe(false);
    expect(reached.at(-1)).toBe(true);
  });

  it('that was given up is aborted, not offline', async () => {
    const reached: boolean[] = [];
    const stop = onReachability((value) => reached.push(value));
    const giveUp = new AbortController();
    giveUp.abort();
    expect(await listCameras(giveUp.signal)).toEqual({ kind: 'aborted' });
    stop();
    expect(reached).toEqual([]);
  });

  it('maps a problem with its fields, its number and its wait', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(
        new Response(JSON.stringify({ title: 'Invalid', code: 'invalid', detail: 'wrong', errors: [{ pointer: '/name', detail: 'too long' }, 7] }), {
          status: 422,
          headers: { 'x-request-id': 'r-9', 'retry-after': '8' },
        }),
      ),
    );
    expect(await call('post', '/api/cameras', { body: { source_type: 'rtsp' } })).toEqual({
      kind: 'problem',
      status: 422,
      code: 'invalid',
      title: 'Invalid',
      detail: 'wrong',
      errors: [{ pointer: '/name', detail: 'too long' }],
      requestId: 'r-9',
      retryAfterS: 8,
    });
  });

  it('answered by something in between that is no Vigil is still a problem with words', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>no</html>', { status: 500 })));
    expect(await listCameras()).toMatchObject({ kind: 'problem', status: 500, detail: expect.stringContaining('500') as unknown });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>yes</html>', { status: 200 })));
    expect(await listCameras()).toMatchObject({ kind: 'problem', code: 'page.bad_answer' });
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>bad gateway</html>', { status: 502 })));
    expect(await listCameras()).toEqual({ kind: 'offline' });
  });

  it('writes ids into paths so that they stay one segment', async () => {
    await login('ana', 'right');
    await call('get', '/api/cameras/{id}', { path: { id: '../users' } });
    expect(server.asked.at(-1)?.path).toBe('/api/cameras/..%2Fusers');
  });

  it('never puts the token into the address', async () => {
    await login('ana', 'right');
    await send('/api/cameras', { query: { page_size: 1, cursor: undefined } });
    expect([...(server.asked.at(-1)?.query.keys() ?? [])]).toEqual(['page_size']);
  });
});
