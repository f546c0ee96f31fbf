// What the wizard and the editor hold while somebody fills them in, and how it becomes a request. Structural types only.
import { analysisErrors, type AnalysisForm, analysisFormOf, analysisRequest, emptyAnalysis, type StoredAnalysis } from './analysisForm';
import { type Polygon, shapeFault } from './polygon';
import { addressFault, isCameraId, isHandedIn, type SourceType } from './source';

export type Transport = 'auto' | 'tcp' | 'udp';
export type RtspEngine = 'native' | 'libav';
export type Role = 'live' | 'recording' | 'analysis';

export interface CameraForm {
  id: string;
  name: string;
  number: string;
  place: string;
  section: string;
  sourceType: SourceType;
  url: string;
  username: string;
  // Empty: the stored one stays.
  password: string;
  transport: Transport;
  rtspEngine: RtspEngine;
  tlsFingerprint: string;
  pollInterval: string;
  loop: boolean;
  sub: { url: string; username: string; password: string; live: boolean; analysis: boolean };
  motion: { enabled: boolean; everyFrame: boolean; sensitivity: number; minArea: number; startAfter: string; endAfter: string; masks: Polygon[] };
  analysis: AnalysisForm;
}

export type FieldName =
  | 'id'
  | 'name'
  | 'number'
  | 'place'
  | 'section'
  | 'url'
  | 'username'
  | 'password'
  | 'tlsFingerprint'
  | 'pollInterval'
  | 'subUrl'
  | 'startAfter'
  | 'endAfter'
  | 'masks'
  | 'model'
  | 'classes'
  | 'analysisFps'
  | 'analysisNth'
  | 'analysisMasks';
export type FormErrors = Partial<Record<FieldName, string>>;

export const emptyForm = (): CameraForm => ({
  id: '',
  name: '',
  number: '',
  place: '',
  section: '',
  sourceType: 'rtsp',
  url: '',
  username: '',
  password: '',
  transport: 'auto',
  rtspEngine: 'native',
  tlsFingerprint: '',
  pollInterval: '1',
  loop: true,
  sub: { url: '', username: '', password: '', live: false, analysis: true },
  motion: { enabled: true, everyFrame: false, sensitivity: 50, minArea: 0.002, startAfter: '0', endAfter: '5', masks: [] },
  analysis: emptyAnalysis(),
});

interface StreamLike {
  name: string;
  source_url: string | null;
  username: string | null;
  has_password: boolean;
  roles: Role[];
}
export interface StoredCamera {
  id: string;
  name: string;
  number: number | null;
  place: string;
  section: string;
  source_type: SourceType;
  source_url: string | null;
  username: string | null;
  has_password: boolean;
  roles: Role[];
  streams: StreamLike[];
  transport: Transport;
  rtsp_engine: RtspEngine;
  tls_fingerprint: string;
  poll_interval: number;
  loop: boolean;
  motion: { enabled: boolean; every_frame: boolean; sensitivity: number; min_area: number; start_after: number; end_after: number; masks: Polygon[] };
  analysis: StoredAnalysis;
}

// The page edits one further stream: the one named "sub", else the first.
const subOf = (camera: StoredCamera): StreamLike | undefined => camera.streams.find((stream) => stream.name === 'sub') ?? camera.streams[0];

export function formOf(camera: StoredCamera): CameraForm {
  const sub = subOf(camera);
  return {
    id: camera.id,
    name: camera.name,
    number: camera.number === null ? '' : String(camera.number),
    place: camera.place,
    section: camera.section,
    sourceType: camera.source_type,
    url: camera.source_url ?? '',
    username: camera.username ?? '',
    password: '',
    transport: camera.transport,
    rtspEngine: camera.rtsp_engine,
    tlsFingerprint: camera.tls_fingerprint,
    pollInterval: String(camera.poll_interval),
    loop: camera.loop,
    sub: {
      url: sub?.source_url ?? '',
      username: sub?.username ?? '',
      password: '',
      live: sub?.roles.includes('live') ?? false,
      analysis: sub?.roles.includes('analysis') ?? true,
    },
    motion: {
      enabled: camera.motion.enabled,
      everyFrame: camera.motion.every_frame,
      sensitivity: camera.motion.sensitivity,
      minArea: camera.motion.min_area,
      startAfter: String(camera.motion.start_after),
      endAfter: String(camera.motion.end_after),
      masks: camera.motion.masks,
    },
    analysis: analysisFormOf(camera.analysis),
  };
}

const FINGERPRINT = /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i;

// Only Vigil's own client looks at certificates, and only an rtsps camera shows one.
export const mayPinCertificate = (form: CameraForm): boolean =>
  form.sourceType === 'rtsp' && form.rtspEngine === 'native' && (form.tlsFingerprint !== '' || [form.url, form.sub.url].some((url) => /^\s*rtsps:/i.test(url)));
export const fingerprintOf = (form: CameraForm): string => (mayPinCertificate(form) ? form.tlsFingerprint.trim() : '');

const inRange = (text: string, least: number, most: number): boolean => text.trim() !== '' && Number.isFinite(Number(text)) && Number(text) >= least && Number(text) <= most;

export function sourceErrors(form: CameraForm): FormErrors {
  const errors: FormErrors = {};
  // Files and local devices come from the server's configuration; their address is not changed here.
  const configured = form.sourceType === 'file' || form.sourceType === 'v4l2';
  const url = configured ? null : addressFault(form.url, form.sourceType);
  if (url !== null) errors.url = url;
  if (fingerprintOf(form) !== '' && !FINGERPRINT.test(fingerprintOf(form))) errors.tlsFingerprint = 'The 64 hexadecimal digits of a SHA-256, with or without colons.';
  if (form.sourceType === 'snapshot' && !inRange(form.pollInterval, 0.1, 3600)) errors.pollInterval = 'A number of seconds from 0.1 to 3600.';
  if (form.sub.url.trim() !== '') {
    const sub = addressFault(form.sub.url, form.sourceType);
    if (sub !== null) errors.subUrl = sub;
  }
  return errors;
}

function maskFault(masks: Polygon[]): string | null {
  const at = masks.findIndex((shape) => shapeFault(shape) !== null);
  return at < 0 ? null : `Mask ${at + 1}: ${shapeFault(masks[at] ?? []) ?? ''}`;
}

export function detailErrors(form: CameraForm, takenIds: readonly string[]): FormErrors {
  const errors: FormErrors = {};
  if (form.number.trim() !== '' && !/^\d{1,6}$/.test(form.number.trim())) errors.number = 'A whole number from 0 to 999999.';
  if (form.id !== '' && !isCameraId(form.id)) errors.id = 'Letters, digits, “_”, “-” and “.”, not beginning with “.”, at most 64.';
  else if (takenIds.includes(form.id)) errors.id = 'Another camera has this id.';
  const masks = maskFault(form.motion.masks);
  if (masks !== null) errors.masks = masks;
  const areas = maskFault(form.analysis.masks);
  if (areas !== null) errors.analysisMasks = areas;
  const { fps, nth, classes } = analysisErrors(form.analysis);
  if (fps !== undefined) errors.analysisFps = fps;
  if (nth !== undefined) errors.analysisNth = nth;
  if (classes !== undefined) errors.classes = classes;
  if (!inRange(form.motion.startAfter, 0, 60)) errors.startAfter = 'A number of seconds from 0 to 60.';
  if (!inRange(form.motion.endAfter, 0, 3600)) errors.endAfter = 'A number of seconds from 0 to 3600.';
  return errors;
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

const motionOf = ({ motion }: CameraForm) => ({
  enabled: motion.enabled,
  every_frame: motion.everyFrame,
  sensitivity: motion.sensitivity,
  min_area: motion.minArea,
  masks: motion.masks,
  start_after: Number(motion.startAfter),
  end_after: Number(motion.endAfter),
});

function rolesOf(form: CameraForm): { main: Role[]; sub: Role[] } {
  const all: Role[] = ['live', 'recording', 'analysis'];
  if (form.sub.url.trim() === '') return { main: all, sub: [] };
  const sub: Role[] = [...(form.sub.live ? (['live'] as const) : []), ...(form.sub.analysis ? (['analysis'] as const) : [])];
  return { main: all.filter((role) => !sub.includes(role)), sub };
}

interface StreamRequest {
  name: string;
  source_url: string;
  username?: string | null;
  password?: string | null;
  roles: Role[];
}

function subRequest(form: CameraForm, name: string): StreamRequest {
  const request: StreamRequest = { name, source_url: form.sub.url.trim(), roles: rolesOf(form).sub };
  // Most cameras know one sign-in for all their streams.
  const username = form.sub.username.trim() === '' ? form.username.trim() : form.sub.username.trim();
  const password = form.sub.password === '' ? form.password : form.sub.password;
  if (username !== '') request.username = username;
  if (password !== '') request.password = password;
  return request;
}

export function toCreate(form: CameraForm) {
  const push = isHandedIn(form.sourceType);
  const sub = push ? '' : form.sub.url.trim();
  return {
    ...(form.id === '' ? {} : { id: form.id }),
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    number: numberOf(form.number),
    place: form.place.trim(),
    section: form.section.trim(),
    source_type: form.sourceType,
    ...(push ? {} : { source_url: form.url.trim(), username: orNull(form.username), password: form.password === '' ? null : form.password }),
    ...(sub === '' ? {} : { roles: rolesOf(form).main, streams: [subRequest(form, 'sub')] }),
    ...(form.sourceType === 'rtsp' ? { transport: form.transport, rtsp_engine: form.rtspEngine, tls_fingerprint: fingerprintOf(form) } : {}),
    ...(form.sourceType === 'snapshot' ? { poll_interval: Number(form.pollInterval) } : {}),
    motion: motionOf(form),
    analysis: analysisRequest(form.analysis),
  };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// Only what was changed. Empty when nothing was.
export function toPatch(form: CameraForm, stored: StoredCamera): Record<string, unknown> {
  const before = formOf(stored);
  const patch: Record<string, unknown> = {};
  if (form.name.trim() !== before.name) patch.name = form.name.trim();
  if (numberOf(form.number) !== stored.number) patch.number = numberOf(form.number);
  if (form.place.trim() !== before.place) patch.place = form.place.trim();
  if (form.section.trim() !== before.section) patch.section = form.section.trim();
  if (form.sourceType !== before.sourceType) patch.source_type = form.sourceType;
  if (isHandedIn(form.sourceType)) {
    if (!isHandedIn(before.sourceType)) Object.assign(patch, { source_url: null, username: null, password: null, streams: [] });
  } else {
    if (form.url.trim() !== before.url) patch.source_url = form.url.trim();
    if (form.username.trim() !== before.username) patch.username = orNull(form.username);
    if (form.password !== '') patch.password = form.password;
    if (form.transport !== before.transport) patch.transport = form.transport;
    if (form.rtspEngine !== before.rtspEngine) patch.rtsp_engine = form.rtspEngine;
    if (!same(form.sub, before.sub) || (subOf(stored) !== undefined && form.password !== '')) Object.assign(patch, subPatch(form, stored));
  }
  if (fingerprintOf(form) !== stored.tls_fingerprint) patch.tls_fingerprint = fingerprintOf(form);
  if (form.sourceType === 'snapshot' && Number(form.pollInterval) !== stored.poll_interval) patch.poll_interval = Number(form.pollInterval);
  if (form.loop !== before.loop) patch.loop = form.loop;
  if (!same(motionOf(form), motionOf(before))) patch.motion = motionOf(form);
  if (!same(analysisRequest(form.analysis), analysisRequest(before.analysis))) patch.analysis = analysisRequest(form.analysis);
  return patch;
}

// Streams are replaced as a whole: the ones that this page does not show go along unchanged; the server keeps the
// passwords of those it knows by name.
function subPatch(form: CameraForm, stored: StoredCamera): Record<string, unknown> {
  const sub = subOf(stored);
  const others = stored.streams
    .filter((stream) => stream !== sub && stream.source_url !== null)
    .map((stream) => ({ name: stream.name, source_url: stream.source_url, username: stream.username, roles: stream.roles }));
  if (form.sub.url.trim() === '') return sub === undefined ? {} : { streams: others, roles: rolesOf(form).main };
  return { streams: [subRequest(form, sub?.name ?? 'sub'), ...others], roles: rolesOf(form).main };
}

const POINTERS: [RegExp, FieldName][] = [
  [/^\/id$/, 'id'],
  [/^\/name$/, 'name'],
  [/^\/number$/, 'number'],
  [/^\/place$/, 'place'],
  [/^\/section$/, 'section'],
  [/^\/(source_url|source_type)$/, 'url'],
  [/^\/username$/, 'username'],
  [/^\/password$/, 'password'],
  [/^\/tls_fingerprint$/, 'tlsFingerprint'],
  [/^\/poll_interval$/, 'pollInterval'],
  [/^\/streams(\/|$)/, 'subUrl'],
  [/^\/motion\/masks(\/|$)/, 'masks'],
  [/^\/motion\/start_after$/, 'startAfter'],
  [/^\/motion\/end_after$/, 'endAfter'],
  [/^\/analysis\/model$/, 'model'],
  [/^\/analysis\/classes(\/|$)/, 'classes'],
  [/^\/analysis\/rate\/fps$/, 'analysisFps'],
  [/^\/analysis\/rate\/nth$/, 'analysisNth'],
  [/^\/analysis\/masks(\/|$)/, 'analysisMasks'],
];

// The server's complaints at the fields that they are about; `rest` are the others.
export function errorsFrom(errors: readonly { pointer: string; detail: string }[]): { fields: FormErrors; rest: string[] } {
  const fields: FormErrors = {};
  const rest: string[] = [];
  for (const { pointer, detail } of errors) {
    const field = POINTERS.find(([pattern]) => pattern.test(pointer))?.[1];
    if (field === undefined) rest.push(pointer === '' ? detail : `${pointer}: ${detail}`);
    else fields[field] = detail;
  }
  return { fields, rest };
}
