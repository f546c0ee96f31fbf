import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import type { ApiKey, Asset, AssetAnalysis, AssetTrack, AssetUsage, Camera, CameraAnalysis, FoundPlate, Job, JobOutput, LiveFacts, ModelList, NewPlateSettings, Plate, PlateSettings, ProbeReport, Retention, RetentionList, Scene, Subject, SubjectWithTracks, Track, Upload, User, Webhook } from '../../src/api/types';
import { analysisOf, at, cameraOf, MODELS, statusOf, systemOf, WORKING } from './samples';
import type { FoundFrame } from '../../src/domain/findings';

import { jobOf } from './samples';
export { analysisOf, assetOf, cameraOf, jobOf, plateOf, subjectOf, trackOf } from './samples';

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

const NO_LISTS: PlateSettings = { version: 0, updated_at: null, formats: [], replacements: [], only_known: false, max_corrections: 2, allow: [], deny: [], max_edits: 1 };

export class FakeServer {
  cameras: Camera[] = [];
  // Newest first.
  tracks: Track[] = [];
  tracksOnAPage = 60;
  similar: { track: Track; similarity: number }[] | null = null;
  plates: Plate[] = [];
  foundPlates: FoundPlate[] = [];
  scenes: Scene[] = [];
  plateSettings: PlateSettings = NO_LISTS;
  // The next change of the lists is refused with this.
  plateFault: { pointer: string; detail: string } | null = null;
  subjects: Subject[] = [];
  assets: Asset[] = [];
  video = new Uint8Array();
  // By job.
  outputs = new Map<string, JobOutput[]>();
  jobs: Job[] = [];
  // Of every asset that was analysed, by any job.
  findings: { analysis: Omit<AssetAnalysis, 'job_id'>; tracks: AssetTrack[]; frames: FoundFrame[] } | null = null;
  // Open ones.
  uploads: Upload[] = [];
  usage: AssetUsage = { assets: 0, bytes: 0, open_uploads: 0, reserved_bytes: 0, max_file_bytes: 20e9, max_duration_s: 86_400, quota_bytes: null, max_open_uploads: 100, keep_s: { files: null, pictures: null, findings: null, jobs: null } };
  outputsKeptUntil: string | null = null;
  retention: RetentionList = { everybody: { files: 0, pictures: 0, findings: 0, jobs: 0 }, owners: [] };
  // Of others than who sits in front of the page.
  people: User[] = [];
  apiKeys: ApiKey[] = [];
  role: 'administrator' | 'viewer' = 'administrator';
  readonly webhooks = new Map<string, Webhook[]>();
  // Where other servers saw each of them.
  elsewhere: SubjectWithTracks['elsewhere'] = [];
  // Null: it cannot say.
  models: ModelList | null = MODELS;
  analysis = new Map<string, CameraAnalysis>();
  // What there is to play of every camera.
  streams: LiveFacts['streams'] = [];
  authMode: 'none' | 'required' = 'none';
  setupToken: string | null = null;
  users = new Map<string, string>();
  away = false;
  // The next probe answers this.
  probeReport: ProbeReport = WORKING;
  picture: (camera: Camera) => Uint8Array = () => new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
  // So many times a track's picture is asked for in vain.
  picturesBusy = 0;
  keptPicture: () => Uint8Array = () => new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
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
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 900, user: { kind: 'user', id: 'u1', name, role: this.role } } };
  }

  private with(id: string | undefined, then: (camera: Camera) => Answered): Answered {
    const camera = this.cameras.find((entry) => entry.id === id);
    return camera === undefined ? problem(404, 'not_found', `There is no camera ${id ?? ''}.`) : then(camera);
  }

  private found(answer: (found: NonNullable<FakeServer['findings']>, job: string) => unknown, query: URLSearchParams): Answered {
    return this.findings === null ? problem(404, 'analysis.none', 'This video was not analysed.') : { status: 200, body: answer(this.findings, query.get('job') ?? '') };
  }

  private withJob(id: string | undefined, then: (job: Job) => Answered): Answered {
    const job = this.jobs.find((entry) => entry.id === id);
    return job === undefined ? problem(404, 'job.not_found', 'There is no such job.') : then(job);
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
      body: this.authMode === 'none' ? { kind: 'local', id: null, name: 'local', role: this.role } : { kind: 'user', id: 'u1', name: 'ana', role: this.role },
    }),
    'GET /api/users': () => ({ status: 200, body: { users: this.people } }),
    'GET /api/keys': () => ({ status: 200, body: { keys: this.apiKeys } }),
    'POST /api/keys': ({ body }) => ({
      status: 201,
      body: { id: 'k1', name: (body as { name: string }).name, role: 'administrator', created_at: at(0), expires_at: null, last_used_at: null, key: 'vgl_secret' },
    }),
    'GET /api/layouts': () => ({ status: 200, body: { layouts: [] } }),
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
    'POST /api/cameras/{id}/stream-key': (_, { id }) =>
      this.with(id, (camera) => {
        camera.has_password = true;
        return { status: 200, body: { stream_key: 'fresh-stream-key', port: 1935 } };
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
    'GET /api/cameras/{id}/live': (_, { id }) => this.with(id, (camera) => ({ status: 200, body: { camera: camera.id, now: Date.now() / 1000, streams: this.streams, renditions: [] } })),
    'GET /api/cameras/{id}/analysis': (_, { id }) => this.with(id, (camera) => ({ status: 200, body: this.analysis.get(camera.id) ?? analysisOf(camera.id) })),
    'GET /api/models': () => (this.models === null ? problem(503, 'unavailable', 'The models cannot be read.') : { status: 200, body: this.models }),
    'GET /api/tracks': ({ query }) => {
      const cameras = query.getAll('camera');
      const labels = query.getAll('label');
      const subject = query.get('subject');
      const found = this.tracks.filter(
        (track) =>
          (subject === null || track.subject?.id === subject) &&
          (cameras.length === 0 || cameras.includes(track.camera_id)) && (labels.length === 0 || labels.includes(track.label)) && track.best_score >= Number(query.get('min_score') ?? '0'),
      );
      return page('tracks', found, query, this.tracksOnAPage);
    },
    'GET /api/tracks/{id}': (_, { id }) => {
      const track = this.tracks.find((each) => each.id === id);
      return track === undefined ? problem(404, 'not_found', `There is no track ${id ?? ''}.`) : { status: 200, body: track };
    },
    'GET /api/tracks/{id}/picture': () =>
      this.picturesBusy-- > 0
        ? problem(503, 'unavailable', 'The server is busy.')
        : { status: 200, headers: { 'content-type': 'image/jpeg', etag: '"k1"' }, body: this.keptPicture() },
    'GET /api/key-frames/{id}/picture': () => ({ status: 200, headers: { 'content-type': 'image/jpeg', etag: '"k1"' }, body: this.keptPicture() }),
    'GET /api/plates': ({ query }) => {
      const cameras = query.getAll('camera');
      const found = this.plates.filter(
        (plate) => plateFits(plate.text, query) && (cameras.length === 0 || cameras.includes(plate.camera_id)) && (query.get('track') ?? plate.track_id) === plate.track_id,
      );
      return page('plates', found, query, this.tracksOnAPage);
    },
    'GET /api/assets/plates': ({ query }) => page('plates', this.foundPlates.filter(({ text }) => plateFits(text, query)), query, this.tracksOnAPage),
    'GET /api/scenes': ({ query }) => {
      const cameras = query.getAll('camera');
      return page('scenes', this.scenes.filter(({ camera_id }) => cameras.length === 0 || cameras.includes(camera_id)), query, this.tracksOnAPage);
    },
    'GET /api/plate-settings': () => ({ status: 200, body: this.plateSettings }),
    'PUT /api/plate-settings': ({ body }) => {
      if (this.plateFault !== null) return problem(422, 'plates.invalid', 'The lists make no sense.', { errors: [this.plateFault] });
      const wanted = body as NewPlateSettings;
      if (wanted.version !== this.plateSettings.version) return problem(412, 'settings.version', 'Somebody else changed this meanwhile; read it again.');
      this.plateSettings = { ...NO_LISTS, ...wanted, version: wanted.version + 1, updated_at: new Date().toISOString() };
      return { status: 200, body: this.plateSettings };
    },
    'GET /api/subjects': ({ query }) => {
      const labels = query.getAll('label');
      return page('subjects', this.subjects.filter(({ label }) => labels.length === 0 || labels.includes(label)), query, this.tracksOnAPage);
    },
    'GET /api/subjects/{id}': (_, { id }) => {
      const subject = this.subjects.find((each) => each.id === id);
      if (subject === undefined) return problem(404, 'not_found', `There is no subject ${id ?? ''}.`);
      return { status: 200, body: { ...subject, tracks: this.tracks.filter((track) => track.subject?.id === id), elsewhere: this.elsewhere } };
    },
    'GET /api/assets': ({ query }) => page('assets', this.assets, query, this.tracksOnAPage),
    'GET /api/assets/usage': () => ({ status: 200, body: this.usage }),
    'GET /api/assets/{id}': (_, { id }) => {
      const asset = this.assets.find((each) => each.id === id);
      return asset === undefined ? problem(404, 'asset.not_found', 'There is no such asset.') : { status: 200, body: asset };
    },
    'GET /api/assets/{id}/thumbnail': () => ({ status: 200, headers: { 'content-type': 'image/jpeg', etag: '"t1"' }, body: this.keptPicture() }),
    'DELETE /api/assets/{id}': (_, { id }) => {
      this.assets = this.assets.filter((each) => each.id !== id);
      return { status: 204 };
    },
    'POST /api/assets/{id}/links': (_, { id }) => ({ status: 201, body: { url: `/api/assets/${id ?? ''}/shared?link=l1`, expires_at: at(-900) } }),
    'GET /api/assets/{id}/shared': () => ({ status: 200, headers: { 'content-type': 'video/mp4' }, body: this.video }),
    'PUT /api/assets/{id}/hold': ({ body }, { id }) => {
      const asset = this.assets.find((each) => each.id === id);
      if (asset === undefined) return problem(404, 'asset.not_found', 'There is no such asset.');
      asset.held = (body as { held: boolean }).held;
      return { status: 200, body: asset };
    },
    'GET /api/retention': () => ({ status: 200, body: this.retention }),
    'PUT /api/retention/{id}': ({ body }, { id = '' }) => {
      const said = { owner: id, files: null, pictures: null, findings: null, jobs: null, ...(body as Retention) };
      const { everybody, owners } = this.retention;
      if (id !== 'local' && ![...this.people, ...this.apiKeys].some((one) => one.id === id) && !owners.some(({ owner }) => owner === id))
        return problem(404, 'user.not_found', 'There is no such user or API key.');
      const others = owners.filter(({ owner }) => owner !== id);
      const empty = [said.files, said.pictures, said.findings, said.jobs].every((time) => time === null);
      this.retention = { everybody, owners: empty ? others : [...others, said] };
      return { status: 200, body: said };
    },
    'GET /api/uploads/{id}': (_, { id }) => {
      const upload = this.uploads.find((each) => each.id === id);
      return upload === undefined ? problem(404, 'upload.not_found', 'There is no such upload.') : { status: 200, body: upload };
    },
    'DELETE /api/uploads/{id}': (_, { id }) => {
      this.uploads = this.uploads.filter((each) => each.id !== id);
      return { status: 204 };
    },
    'GET /api/assets/{id}/analysis': ({ query }) => this.found((found, job) => ({ ...found.analysis, job_id: job }), query),
    'GET /api/assets/{id}/tracks': ({ query }) =>
      this.found(({ tracks }, job) => {
        const labels = query.getAll('label');
        const fitting = tracks.filter(({ label }) => labels.length === 0 || labels.includes(label));
        const skip = Number(query.get('skip') ?? '0');
        const end = skip + Math.min(this.tracksOnAPage, Number(query.get('limit') ?? '50'));
        return { job_id: job, tracks: fitting.slice(skip, end), next: end < fitting.length ? end : null };
      }, query),
    'GET /api/assets/{id}/boxes': ({ query }) =>
      this.found(({ frames }, job) => {
        const [from, to] = [Number(query.get('from_ms') ?? '0'), Number(query.get('to_ms') ?? '1e12')];
        return { job_id: job, frames: frames.filter(({ time_ms: ms }) => ms >= from && ms < to), next_ms: null };
      }, query),
    'POST /api/assets/{id}/jobs': ({ body }, { id }) => {
      const job = jobOf(`j${this.jobs.length + 1}`, { asset_id: id ?? '', kind: (body as { kind: string }).kind, state: 'queued', finished_at: null });
      this.jobs.unshift(job);
      return { status: 201, body: job };
    },
    'GET /api/jobs': ({ query }) => {
      const states = query.getAll('state');
      const found = this.jobs.filter((job) => (states.length === 0 || states.includes(job.state)) && (query.get('asset') ?? job.asset_id) === job.asset_id);
      return page('jobs', found, query, this.tracksOnAPage);
    },
    'GET /api/jobs/{id}/outputs': ({ query }, { id }) => {
      const after = query.get('after') ?? '';
      const found = (this.outputs.get(id ?? '') ?? []).filter(({ name }) => name > after);
      return { status: 200, body: { outputs: found.slice(0, Number(query.get('limit') ?? '50')), kept_until: this.outputsKeptUntil } };
    },
    'GET /api/jobs/{id}/outputs/{name}': () => ({ status: 200, headers: { 'content-type': 'image/jpeg', etag: '"o1"', 'accept-ranges': 'bytes' }, body: this.keptPicture() }),
    'POST /api/jobs/{id}/outputs/{name}/links': (_, { id, name }) => ({ status: 201, body: { url: `/api/jobs/${id ?? ''}/outputs/${name ?? ''}/shared?link=l2`, expires_at: at(-900) } }),
    'GET /api/jobs/{id}/log': (_, { id }) => this.withJob(id, (job) => ({ status: 200, body: { events: [{ sequence: 1, type: 'job.queued', time: job.created_at, state: 'queued', attempt: 0, progress: 0, code: null, detail: null }] } })),
    'GET /api/jobs/{id}/webhooks': (_, { id }) => ({ status: 200, body: { webhooks: this.webhooks.get(id ?? '') ?? [] } }),
    'POST /api/jobs/{id}/webhooks/{webhook}/replay': ({ query }, { id, webhook }) => {
      const found = (this.webhooks.get(id ?? '') ?? []).find((one) => one.id === webhook);
      if (found === undefined) return problem(404, 'webhook.not_found', 'There is none.');
      found.next_at = at(0);
      for (const one of found.deliveries) if (one.sequence >= Number(query.get('from') ?? '0')) one.state = 'waiting';
      return { status: 200, body: { webhooks: this.webhooks.get(id ?? '') } };
    },
    'POST /api/jobs/{id}/cancel': (_, { id }) => this.withJob(id, (job) => ({ status: 200, body: Object.assign(job, { state: 'cancelled', finished_at: at(0) }) })),
    'POST /api/jobs/{id}/pause': (_, { id }) => this.withJob(id, (job) => ({ status: 200, body: Object.assign(job, { paused: true }) })),
    'POST /api/jobs/{id}/resume': (_, { id }) => this.withJob(id, (job) => ({ status: 200, body: Object.assign(job, { paused: false }) })),
    'POST /api/jobs/{id}/retry': (_, { id }) =>
      this.withJob(id, (job) =>
        job.state === 'failed' || job.state === 'cancelled'
          ? { status: 200, body: Object.assign(job, { state: 'queued', reason: null, detail: null, finished_at: null }) }
          : problem(409, 'job.state', 'This job cannot be tried again now.'),
      ),
    'GET /api/tracks/{id}/similar': () =>
      this.similar === null ? problem(404, 'track.no_appearance', 'Its looks were not recorded.') : { status: 200, body: { tracks: this.similar } },
    'GET /api/system/status': () => ({ status: 200, body: systemOf(this.cameras, this.authMode) }),
  };
}

const plateFits = (text: string, query: URLSearchParams): boolean => {
  const [wanted, read] = [lettersOf(query.get('text') ?? ''), lettersOf(text)];
  if (wanted === '') return true;
  if (query.get('match') === 'prefix') return read.startsWith(wanted);
  if (query.get('match') === 'fuzzy') return read.length === wanted.length && [...read].filter((letter, i) => letter !== wanted[i]).length <= Number(query.get('max_edits') ?? '1');
  return read === wanted;
};

const lettersOf = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

// The entries from the cursor on, at most `most` of them.
function page(name: string, found: unknown[], query: URLSearchParams, most: number): Answered {
  const from = Number(query.get('cursor') ?? '0');
  const to = from + Math.min(most, Number(query.get('limit') ?? '50'));
  return { status: 200, body: { [name]: found.slice(from, to), next_cursor: to < found.length ? String(to) : null } };
}

const OPEN = ['GET /health', 'GET /api/setup', 'POST /api/setup', 'POST /api/auth/login', 'POST /api/auth/refresh', 'POST /api/auth/logout'];
