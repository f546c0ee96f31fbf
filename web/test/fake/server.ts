import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { Camera, CameraStatus, ProbeReport, Track } from '../../src/api/types';

// A small server that answers from the same contract as the real one, for component tests and for work on the page.
// A question that the OpenAPI document does not know is a fault of the page: it is refused and remembered.

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

export interface Answered {
  status: number;
  headers?: Record<string, string>;
  // An object is sent as JSON.
  body?: unknown;
}

type Handler = (asked: Asked, parts: Record<string, string>) => Answered;

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

const contract = parse(readFileSync(resolve(process.cwd(), '../docs/ref/openapi.yaml'), 'utf8')) as OpenApi;

export const problem = (status: number, code: string, detail: string, more: object = {}): Answered => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'x-request-id': 'req-1' },
  body: { type: `urn:vigil:problem:${code}`, title: code, status, detail, instance: '', code, request_id: 'req-1', ...more },
});

const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString();

export function cameraOf(id: string, more: Partial<Camera> = {}, status: Partial<Camera['status']> = {}): Camera {
  return {
    id,
    name: '',
    number: null,
    place: '',
    section: '',
    source_type: 'rtsp',
    source_url: `rtsp://10.0.0.7/${id}`,
    username: null,
    has_password: false,
    roles: ['live', 'recording', 'analysis'],
    streams: [],
    transport: 'auto',
    poll_interval: 1,
    loop: true,
    enabled: true,
    frame_event_interval: null,
    motion: { enabled: true, every_frame: false, sensitivity: 50, min_area: 0.002, masks: [], start_after: 0, end_after: 5 },
    analysis: {
      enabled: false,
      model: '',
      rate: { mode: 'adaptive', nth: 1, fps: 10 },
      classes: [],
      confidence: 0.25,
      class_confidence: {},
      size: { min_area: 0, max_area: 1, min_aspect: 0, max_aspect: 100 },
      masks: [],
      tiling: false,
      motion_gate: true,
      appearance: false,
      attributes: false,
      plates: false,
      scene: false,
    },
    version: 1,
    created_at: at(86_400),
    updated_at: at(86_400),
    status: { state: 'connected', reason: 'none', detail: '', since: at(3600), fps: 25, last_frame_at: at(0), snapshot_at: at(5), motion: false, ...status },
    ...more,
  };
}

export const trackOf = (id: string, more: Partial<Track> = {}): Track => ({
  id,
  run_id: 'r1',
  camera_id: 'door',
  number: 1,
  label: 'person',
  specific_type: null,
  first_seen: at(60),
  last_seen: at(50),
  frames: 100,
  best_score: 0.87,
  stationary: false,
  ended: true,
  best_box: [0.1, 0.2, 0.1, 0.4],
  key_frame_id: 'k1',
  path: [
    [0.1, 0.6],
    [0.3, 0.6],
  ],
  subject: null,
  attributes: [],
  zone: null,
  ...more,
});

const WORKING: ProbeReport = {
  ok: true,
  reason: 'none',
  detail: '',
  transport: 'tcp',
  steps: [
    { name: 'resolve', ok: true, milliseconds: 4, detail: '10.0.0.7' },
    { name: 'connect', ok: true, milliseconds: 12, detail: 'port 554' },
    { name: 'open', ok: true, milliseconds: 80, detail: 'digest' },
    { name: 'media', ok: true, milliseconds: 140, detail: '2 tracks' },
    { name: 'picture', ok: true, milliseconds: 410, detail: '' },
  ],
  tracks: [
    { kind: 'video', codec: 'h264', width: 1920, height: 1080, fps: 25, gop_seconds: 2, sample_rate: 0, channels: 0 },
    { kind: 'audio', codec: 'aac', width: 0, height: 0, fps: 0, gop_seconds: 0, sample_rate: 16000, channels: 1 },
  ],
  bits_per_second: 2_100_000,
  snapshot: 'data:image/jpeg;base64,/9j/4AAQSkZJRg==',
  advice: [],
};

export class FakeServer {
  cameras: Camera[] = [];
  // Newest first.
  tracks: Track[] = [];
  tracksOnAPage = 60;
  similar: { track: Track; similarity: number }[] | null = null;
  authMode: 'none' | 'required' = 'none';
  setupToken: string | null = null;
  users = new Map<string, string>();
  away = false;
  // The next probe answers this.
  probeReport: ProbeReport = WORKING;
  picture: (camera: Camera) => Uint8Array = () => new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
  readonly asked: Asked[] = [];
  readonly faults: string[] = [];
  private tokens = new Set<string>();
  private cookie = false;
  private serial = 0;

  // Every token that was given out stops working; the cookie too, when the sign-in itself is over.
  expire(cookieToo = false): void {
    this.tokens.clear();
    if (cookieToo) this.cookie = false;
  }

  answer(asked: Asked): Answered {
    this.asked.push(asked);
    for (const [template, operations] of Object.entries(contract.paths)) {
      const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`);
      const match = pattern.exec(asked.path);
      if (match === null || !(asked.method.toLowerCase() in operations)) continue;
      const names = [...template.matchAll(/\{(\w+)\}/g)].map((name) => name[1] ?? '');
      const parts = Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? '')]));
      const handler = this.handlers[`${asked.method} ${template}`];
      if (handler === undefined) break;
      if (!OPEN.includes(`${asked.method} ${template}`) && !this.allowed(asked)) return problem(401, 'unauthenticated', 'Sign in.');
      return handler(asked, parts);
    }
    this.faults.push(`${asked.method} ${asked.path}`);
    return problem(404, 'not_found', `The contract has no ${asked.method} ${asked.path}`);
  }

  private allowed(asked: Asked): boolean {
    return this.authMode === 'none' || this.tokens.has((asked.headers.get('authorization') ?? '').replace('Bearer ', ''));
  }

  private signIn(name: string): Answered {
    const token = `token-${++this.serial}`;
    this.tokens.add(token);
    this.cookie = true;
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 900, user: { kind: 'user', id: 'u1', name, role: 'administrator' } } };
  }

  private with(id: string | undefined, then: (camera: Camera) => Answered): Answered {
    const camera = this.cameras.find((entry) => entry.id === id);
    return camera === undefined ? problem(404, 'not_found', `There is no camera ${id ?? ''}.`) : then(camera);
  }

  private store(camera: Camera, change: object): Answered {
    Object.assign(camera, change, { version: camera.version + 1, updated_at: at(0) });
    return { status: 200, headers: { etag: `"${camera.version}"` }, body: camera };
  }

  private readonly handlers: Record<string, Handler> = {
    'GET /health': () => ({ status: 200, body: { status: 'ok' } }),
    'GET /api/setup': () => ({ status: 200, body: { required: this.setupToken !== null, auth_mode: this.authMode } }),
    'POST /api/setup': ({ body }) => {
      const { token, name, password } = body as Record<string, string>;
      if (token !== this.setupToken) return problem(401, 'setup.token', 'The set-up token is wrong.');
      this.setupToken = null;
      this.users.set(name ?? '', password ?? '');
      return { ...this.signIn(name ?? ''), status: 201 };
    },
    'POST /api/auth/login': ({ body }) => {
      const { name, password } = body as Record<string, string>;
      if (this.users.get(name ?? '') !== password) return problem(401, 'auth.wrong', 'Name or password is wrong.');
      return this.signIn(name ?? '');
    },
    'POST /api/auth/refresh': () => (this.cookie ? this.signIn('ana') : problem(401, 'unauthenticated', 'Sign in.')),
    'POST /api/auth/logout': () => {
      this.expire(true);
      return { status: 204 };
    },
    'POST /api/auth/password': ({ body }) => {
      const { current_password: current, new_password: next } = body as Record<string, string>;
      if (this.users.get('ana') !== current) return problem(401, 'auth.wrong', 'The present password is wrong.');
      this.users.set('ana', next ?? '');
      return this.signIn('ana');
    },
    'GET /api/auth/me': () => ({
      status: 200,
      body: this.authMode === 'none' ? { kind: 'local', id: null, name: 'local', role: 'administrator' } : { kind: 'user', id: 'u1', name: 'ana', role: 'administrator' },
    }),
    'POST /api/keys': ({ body }) => ({
      status: 201,
      body: { id: 'k1', name: (body as { name: string }).name, role: 'administrator', created_at: at(0), expires_at: null, last_used_at: null, key: 'vgl_secret' },
    }),
    'GET /api/cameras': () => ({ status: 200, body: { cameras: this.cameras, next_cursor: null, total: this.cameras.length } }),
    'POST /api/cameras': ({ body }) => {
      const { password, streams = [], ...given } = body as Record<string, unknown> & { id: string; streams?: { name: string; source_url: string }[] };
      if (this.cameras.some((camera) => camera.id === given.id)) return problem(409, 'already_exists', 'That id is taken.', { errors: [{ pointer: '/id', detail: 'That id is taken.' }] });
      const kept = streams.map((stream) => ({ name: stream.name, source_url: stream.source_url, username: null, has_password: false, roles: [] }));
      const camera = cameraOf(given.id, { ...(given as Partial<Camera>), streams: kept, has_password: password !== null && password !== undefined });
      if (camera.name === '') camera.name = camera.id;
      this.cameras.push(camera);
      return { status: 201, headers: { etag: '"1"', location: `/api/cameras/${camera.id}` }, body: camera };
    },
    'POST /api/cameras/probe': () => ({ status: 200, body: this.probeReport }),
    'GET /api/cameras/{id}': (_, { id }) => this.with(id, (camera) => ({ status: 200, headers: { etag: `"${camera.version}"` }, body: camera })),
    'PATCH /api/cameras/{id}': ({ body, headers }, { id }) =>
      this.with(id, (camera) => {
        const expected = headers.get('if-match');
        if (expected !== null && expected !== `"${camera.version}"`) return problem(412, 'conflict', 'Somebody else changed it.');
        const { password, ...patch } = body as Record<string, unknown>;
        return this.store(camera, { ...patch, ...(password === undefined ? {} : { has_password: password !== null }) });
      }),
    'DELETE /api/cameras/{id}': (_, { id }) =>
      this.with(id, (camera) => {
        this.cameras = this.cameras.filter((entry) => entry !== camera);
        return { status: 204 };
      }),
    'POST /api/cameras/{id}/start': (_, { id }) =>
      this.with(id, (camera) => this.store(camera, { enabled: true, status: { ...camera.status, state: 'connected', reason: 'none', since: at(0) } })),
    'POST /api/cameras/{id}/stop': (_, { id }) =>
      this.with(id, (camera) => this.store(camera, { enabled: false, status: { ...camera.status, state: 'disabled', reason: 'stopped', fps: 0, since: at(0) } })),
    'POST /api/cameras/{id}/retry': (_, { id }) =>
      this.with(id, (camera) => {
        camera.status = { ...camera.status, state: 'connecting', since: at(0) };
        return { status: 202, body: statusOf(camera) };
      }),
    'GET /api/cameras/{id}/status': (_, { id }) => this.with(id, (camera) => ({ status: 200, body: statusOf(camera) })),
    'GET /api/cameras/{id}/frame/latest': (_, { id }) =>
      this.with(id, (camera) => {
        if (camera.status.snapshot_at === null) return problem(503, 'unavailable', 'There is no picture yet.');
        const live = camera.status.state === 'connected';
        return {
          status: 200,
          headers: { 'content-type': 'image/jpeg', 'x-frame-age': live ? '0.1' : '740', 'x-frame-live': String(live), 'x-frame-timestamp': '0' },
          body: this.picture(camera),
        };
      }),
    'GET /api/tracks': ({ query }) => {
      const cameras = query.getAll('camera');
      const labels = query.getAll('label');
      const found = this.tracks.filter(
        (track) =>
          (cameras.length === 0 || cameras.includes(track.camera_id)) && (labels.length === 0 || labels.includes(track.label)) && track.best_score >= Number(query.get('min_score') ?? '0'),
      );
      const from = Number(query.get('cursor') ?? '0');
      const to = from + this.tracksOnAPage;
      return { status: 200, body: { tracks: found.slice(from, to), next_cursor: to < found.length ? String(to) : null } };
    },
    'GET /api/tracks/{id}': (_, { id }) => {
      const track = this.tracks.find((each) => each.id === id);
      return track === undefined ? problem(404, 'not_found', `There is no track ${id ?? ''}.`) : { status: 200, body: track };
    },
    'GET /api/tracks/{id}/picture': () => ({ status: 200, headers: { 'content-type': 'image/jpeg', etag: '"k1"' }, body: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]) }),
    'GET /api/tracks/{id}/similar': () =>
      this.similar === null ? problem(404, 'track.no_appearance', 'Its looks were not recorded.') : { status: 200, body: { tracks: this.similar } },
    'GET /api/system/status': () => ({ status: 200, body: systemOf(this.cameras, this.authMode) }),
  };
}

const OPEN = ['GET /health', 'GET /api/setup', 'POST /api/setup', 'POST /api/auth/login', 'POST /api/auth/refresh', 'POST /api/auth/logout'];

function statusOf(camera: Camera): CameraStatus {
  const { state, reason, detail, fps, last_frame_at } = camera.status;
  const connected = state === 'connected';
  return {
    ...camera.status,
    camera_id: camera.id,
    decoded_frames: 0,
    decode_errors: 0,
    frame_ring_bytes: 0,
    streams: [
      {
        name: 'main',
        state,
        reason,
        detail,
        codec: 'h264',
        audio_codec: 'aac',
        width: 768,
        height: 576,
        fps,
        bits_per_second: connected ? 2_100_000 : 0,
        gop_seconds: 2,
        clock_skew_seconds: 0,
        frames: 5000,
        bytes: 812_000_000,
        connects: 3,
        failures: connected ? {} : { [reason]: 4 },
        connected_since: connected ? camera.status.since : null,
        last_frame_at,
        next_try_at: connected ? null : at(-12),
        ring_bytes: 0,
        readers: 1,
        transport: 'tcp',
      },
    ],
  };
}

function systemOf(cameras: Camera[], authMode: 'none' | 'required') {
  return {
    status: 'ok',
    reasons: [],
    version: '0.1.0',
    time: at(0),
    started_at: at(7200),
    uptime_seconds: 7200,
    auth_mode: authMode,
    cameras: { total: cameras.length, connected: cameras.length, connecting: 0, reconnecting: 0, idle: 0, disabled: 0, down: [] },
    workers: [],
    bus: { published: 0, subscribers: [] },
    sinks: [],
    store: { ok: true, detail: '', bytes: 1, free_bytes: 1 },
    process: { cpu_seconds: 1, resident_bytes: 1, open_files: 1, threads: 1 },
    http: { connections: 1, waiting: 0, mjpeg_viewers: 0, requests: 1 },
  };
}
