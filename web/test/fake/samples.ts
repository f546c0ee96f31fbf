import type { ApiKey, Asset, Camera, CameraAnalysis, CameraStatus, Job, ModelList, Plate, ProbeReport, Scene, Subject, Track, User } from '../../src/api/types';

// Cameras and records as the server would describe them.

export const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString();

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
    rtsp_engine: 'native',
    tls_fingerprint: '',
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

export const plateOf = (id: string, text: string, more: Partial<Plate> = {}): Plate => ({
  id,
  track_id: 't1',
  run_id: 'r1',
  camera_id: 'door',
  key_frame_id: 'k1',
  time: at(60),
  text,
  region: null,
  confidence: 0.91,
  box: [0.4, 0.5, 0.1, 0.04],
  listed: null,
  ...more,
});

export const sceneOf = (id: string, more: Partial<Scene> = {}): Scene => ({
  id,
  run_id: 'r1',
  camera_id: 'door',
  key_frame_id: 'k1',
  time: at(60),
  type: 'day, crowded',
  description: 'Seven people, two cars; it is day.',
  confidence: 0.9,
  model: '',
  ...more,
});

export const assetOf = (id: string, more: Partial<Asset> = {}): Asset => ({
  id,
  owner: 'local',
  name: `${id}.mp4`,
  size: 3_000_000,
  sha256: 'ab'.repeat(32),
  media_type: 'video/mp4',
  video: { format: 'mov', codec: 'h264', width: 1920, height: 1080, rotation: 0, bits: 8, interlaced: false, fps: 25, duration_ms: 92_000 },
  thumbnail: `/api/assets/${id}/thumbnail`,
  fault: null,
  held: false,
  created_at: at(60),
  kept_until: null,
  ...more,
});

export const jobOf = (id: string, more: Partial<Job> = {}): Job => ({
  id,
  kind: 'verify',
  owner: 'local',
  asset_id: 'walk',
  state: 'done',
  paused: false,
  cancelling: false,
  priority: 5,
  progress: 1,
  step: null,
  attempt: 1,
  max_attempts: 5,
  retry_at: null,
  created_at: at(60),
  started_at: at(50),
  finished_at: at(40),
  reason: null,
  detail: null,
  replaced_by: null,
  cleared_at: null,
  result: null,
  errors: [],
  ...more,
});

export const userOf = (id: string, name: string): User => ({ id, name, role: 'viewer', disabled: false, created_at: at(86_400) });

export const apiKeyOf = (id: string, name: string): ApiKey => ({ id, name, role: 'viewer', created_at: at(86_400), expires_at: null, last_used_at: null });

export const subjectOf = (id: string, more: Partial<Subject> = {}): Subject => ({
  id,
  label: 'person',
  first_seen: at(600),
  last_seen: at(50),
  track_count: 2,
  similarity: 0.71,
  ...more,
});

export const analysisOf = (id: string, more: Partial<CameraAnalysis> = {}): CameraAnalysis => ({
  camera_id: id,
  state: 'running',
  detail: '',
  model: 'yolox-nano 1',
  device: 'cpu',
  camera_fps: 25,
  process_fps: 10,
  detection_fps: 7.5,
  skipped_fps: 15,
  inference_ms: 12.4,
  frames: { offered: 5000, analysed: 2000, detected: 1500, failed: 0 },
  latency_ms: { p50: 31, p95: 60, p99: 88 },
  stages_ms: { infer: { p50: 12.4, p95: 15, p99: 19 }, decode: { p50: 3.2, p95: 5, p99: 6 } },
  ...more,
});

export const MODELS: ModelList = {
  default: 'yolox-nano',
  models: ['classic', 'yolox-nano'].map((name) => ({
    name,
    version: '1',
    title: name === 'classic' ? 'Built-in' : 'YOLOX-Nano',
    licence: 'Apache-2.0',
    source: '',
    labels: name === 'classic' ? ['person'] : ['person', 'car', 'dog'],
    width: 0,
    height: 0,
    default: name !== 'classic',
    loaded: name !== 'classic',
    device: 'cpu',
    problem: '',
  })),
};

export const WORKING: ProbeReport = {
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

export function statusOf(camera: Camera): CameraStatus {
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

export function systemOf(cameras: Camera[], authMode: 'none' | 'required') {
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
    records: { away: false, written: 0, refused: 0, lost: 0, dropped_observations: 0, spooled: 0, spool_bytes: 0, pictures: 0, write_ms: { mean: 0, last: 0 } },
    process: { cpu_seconds: 1, resident_bytes: 1, open_files: 1, threads: 1 },
    http: { connections: 1, waiting: 0, mjpeg_viewers: 0, requests: 1 },
  };
}
