import { vi } from 'vitest';
import type { FakeServer } from './server';

// The page's fetch, answered by the fake server in the same process.
export function serve(server: FakeServer): void {
  vi.stubGlobal('fetch', async (input: string, init: RequestInit = {}) => {
    await Promise.resolve();
    if (init.signal?.aborted === true) throw new DOMException('aborted', 'AbortError');
    if (server.away) throw new TypeError('Failed to fetch');
    const url = new URL(input, 'http://vigil.test');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    const answered = server.answer({ method: init.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: new Headers(init.headers), body });
    const bytes = answered.body instanceof Uint8Array;
    const content = answered.body === undefined ? null : bytes ? (answered.body as BodyInit) : JSON.stringify(answered.body);
    return new Response(content, { status: answered.status, headers: { 'content-type': 'application/json', ...answered.headers } });
  });
}
