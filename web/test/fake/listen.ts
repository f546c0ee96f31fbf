import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { FakeServer } from './server';

// The fake server behind a real port, with the built page and the policy that the real one sends.

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export async function listen(fake: FakeServer, dist: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (fake.away) {
        request.socket.destroy();
        return;
      }
      if (!url.pathname.startsWith('/api/') && url.pathname !== '/health') {
        const name = extname(url.pathname) === '' ? '/index.html' : url.pathname;
        const file = await readFile(resolve(dist, `.${name}`)).catch(() => null);
        response.writeHead(file === null ? 404 : 200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': CSP });
        response.end(file ?? '');
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const answered = fake.answer({
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        headers: new Headers(request.headers as Record<string, string>),
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      });
      response.writeHead(answered.status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...answered.headers });
      response.end(answered.body instanceof Uint8Array ? answered.body : answered.body === undefined ? '' : JSON.stringify(answered.body));
    })();
  });
  // News of jobs: it listens, and nothing happens.
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket) => {
    const key = request.headers['sec-websocket-key'];
    if (fake.away || key === undefined || !(request.url ?? '').startsWith('/api/jobs/live')) return socket.destroy();
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: vigil.v1\r\n\r\n`);
    sockets.add(socket);
    // The first frame that comes is the one that closes.
    socket.on('data', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  };
}
