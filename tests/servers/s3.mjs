// A real S3 server (s3rver) on a free port of loopback, for tests: `node s3.mjs FOLDER` prints the port. Bucket "vigil",
// keys S3RVER/S3RVER. It ends with its standard input.
//
// PUT /_fault/KIND/COUNT breaks the next COUNT requests that the kind is about:
//   slowdown  503 SlowDown            error    500 InternalError       cut      the connection is reset
//   short     GET ends in the middle  complete joining parts says 200 and an error
//   replace   the source of a copy becomes another just before
// What s3rver does not do is done here: it aborts and lists uploads in parts, copies parts, lists in the order of keys, says 416 for a
// range of an empty object, and checks signatures of version 4, written after Amazon's description independently of ours.
import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import http from 'node:http';
import S3rver from 's3rver';

const faults = new Map();
const open = new Map(); // uploadId -> {key, initiated}
const seen = { aborted: 0, connections: 0, copies: 0, gets: 0, given: 0 }; // given: bytes of objects; copies: calls that copy

function take(kind) {
  const left = faults.get(kind) ?? 0;
  if (left > 0) faults.set(kind, left - 1);
  return left > 0;
}

function xml(response, status, text) {
  response.writeHead(status, { 'Content-Type': 'application/xml', Date: new Date().toUTCString() });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`);
}

const fault = (code) => `<Error><Code>${code}</Code><Message>on purpose</Message></Error>`;

const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// Why a request is not to be let in; nothing when it is.
function refusal(request, url) {
  const query = [...url.searchParams];
  const header = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? '',
  );
  const linked = url.searchParams.get('X-Amz-Signature');
  if (!header && !linked) return 'AccessDenied';
  const [, credential, names, given] = header ?? ['', url.searchParams.get('X-Amz-Credential'), url.searchParams.get('X-Amz-SignedHeaders'), linked];
  const [key, day, region, service, end] = credential.split('/');
  if (key !== 'S3RVER' || service !== 's3' || end !== 'aws4_request') return 'InvalidAccessKeyId';
  const date = header ? request.headers['x-amz-date'] : url.searchParams.get('X-Amz-Date');
  const time = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (header && Math.abs(Date.now() - time) > 900e3) return 'RequestTimeTooSkewed';
  if (!header && Date.now() > time + Number(url.searchParams.get('X-Amz-Expires')) * 1000) return 'AccessDenied';
  const signed = names.split(';');
  const payload = header ? request.headers['x-amz-content-sha256'] : 'UNSIGNED-PAYLOAD';
  const text = [
    request.method,
    url.pathname,
    query.filter(([name]) => name !== 'X-Amz-Signature').map(([n, v]) => `${encode(n)}=${encode(v)}`).sort().join('&'),
    ...signed.map((name) => `${name}:${request.headers[name] ?? ''}`),
    '',
    names,
    payload,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = crypto.createHash('sha256').update(text).digest('hex');
  const secret = ['AWS4S3RVER', day, region, 's3', 'aws4_request'].reduce((k, part) => hmac(k, part));
  return hmac(secret, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`).toString('hex') === given ? '' : 'SignatureDoesNotMatch';
}

const s3 = new S3rver({ silent: true, directory: process.argv[2], vhostBuckets: false, configureBuckets: [{ name: 'vigil' }] });
await s3.configureBuckets();
const inner = s3.callback();
const listAll = s3.store.listObjects.bind(s3.store);
s3.store.listObjects = async (bucket, { prefix, startAfter = '', maxKeys = 1000 }) => {
  const all = (await listAll(bucket, { prefix })).objects.filter(({ key }) => key > startAfter);
  all.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  return { objects: all.slice(0, maxKeys), commonPrefixes: [], isTruncated: false };
};

function watchBegin(url, response) {
  const end = response.end.bind(response);
  response.end = (chunk, ...rest) => {
    const id = /<UploadId>([^<]+)</.exec(chunk?.toString() ?? '')?.[1];
    if (id) open.set(id, { key: decodeURIComponent(url.pathname.slice('/vigil/'.length)), initiated: new Date() });
    return end(chunk, ...rest);
  };
}

async function isEmpty(url) {
  const key = decodeURIComponent(url.pathname.slice('/vigil/'.length));
  const found = await s3.store.getMetadata('vigil', key).catch(() => undefined);
  return Number(found?.['content-length']) === 0;
}

function sourceOf(request) {
  const [, bucket, ...names] = decodeURIComponent(request.headers['x-amz-copy-source']).split('/');
  return [bucket, names.join('/')];
}

async function replaceSource(request) {
  const path = s3.store.getResourcePath(...sourceOf(request), 'object');
  await fs.writeFile(path, Buffer.alloc((await fs.stat(path)).size, 'x'));
  await fs.rm(`${path}.md5`);
}

// A part of an upload out of another object (UploadPartCopy).
async function copyPart(request, response, url, upload) {
  const [bucket, key] = sourceOf(request);
  const metadata = await s3.store.getMetadata(bucket, key).catch(() => undefined);
  if (!metadata) return xml(response, 404, fault('NoSuchKey'));
  if (!open.has(upload)) return xml(response, 404, fault('NoSuchUpload'));
  const wanted = request.headers['x-amz-copy-source-if-match'];
  if (wanted && wanted !== metadata.etag) return xml(response, 412, fault('PreconditionFailed'));
  const [start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers['x-amz-copy-source-range']).slice(1).map(Number);
  if (end >= Number(metadata['content-length'])) return xml(response, 416, fault('InvalidRange'));
  const object = await s3.store.getObject(bucket, key, { start, end });
  const { md5 } = await s3.store.putPart('vigil', upload, Number(url.searchParams.get('partNumber')), object.content);
  return xml(response, 200, `<CopyPartResult><ETag>&quot;${md5}&quot;</ETag></CopyPartResult>`);
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x');
  const control = /^\/_fault\/([a-z]+)\/(\d+)$/.exec(url.pathname);
  if (control) {
    faults.set(control[1], Number(control[2]));
    return response.end('ok');
  }
  if (url.pathname === '/_seen') return response.end(JSON.stringify({ ...seen, open: open.size }));
  const id = url.searchParams.get('uploadId');
  const why = refusal(request, url);
  if (why) return request.resume().on('end', () => xml(response, 403, fault(why)));
  if (take('cut')) return request.socket.resetAndDestroy();
  if (take('slowdown')) return request.resume().on('end', () => xml(response, 503, fault('SlowDown')));
  if (take('error')) return request.resume().on('end', () => xml(response, 500, fault('InternalError')));
  if (request.method === 'POST' && id && take('complete')) {
    return request.resume().on('end', () => xml(response, 200, fault('InternalError')));
  }
  if (request.method === 'GET' && take('short')) {
    response.writeHead(206, { 'Content-Length': 1000, 'Content-Range': 'bytes 0-999/1000', ETag: '"x"' });
    response.write('x'.repeat(10), () => request.socket.destroy());
    return undefined;
  }
  if (request.method === 'GET' && request.headers.range && (await isEmpty(url))) {
    return xml(response, 416, fault('InvalidRange'));
  }
  if (request.method === 'DELETE' && id) {
    if (!open.delete(id)) return xml(response, 404, fault('NoSuchUpload'));
    seen.aborted += 1;
    response.writeHead(204);
    return response.end();
  }
  if (request.method === 'GET' && url.searchParams.has('uploads')) {
    const list = [...open].map(
      ([upload, one]) =>
        `<Upload><Key>${one.key}</Key><UploadId>${upload}</UploadId><Initiated>${one.initiated.toISOString()}</Initiated></Upload>`,
    );
    return xml(response, 200, `<ListMultipartUploadsResult>${list.join('')}</ListMultipartUploadsResult>`);
  }
  if (request.method === 'GET' && url.pathname.startsWith('/vigil/')) {
    seen.gets += 1;
    response.on('finish', () => (seen.given += Number(response.getHeader('content-length') ?? 0)));
  }
  if (request.headers['x-amz-copy-source']) {
    seen.copies += 1;
    if (take('replace')) await replaceSource(request);
    if (id) return copyPart(request, response, url, id);
  }
  if (request.method === 'POST' && url.searchParams.has('uploads')) watchBegin(url, response);
  if (request.method === 'POST' && id) response.on('finish', () => response.statusCode === 200 && open.delete(id));
  return inner(request, response);
});

server.on('connection', () => (seen.connections += 1));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
