import { describe, expect, it } from 'vitest';
import { detailErrors, emptyForm, errorsFrom, formOf, mayPinCertificate, sourceErrors, type StoredCamera, toCreate, toPatch } from './cameraForm';

const stored = (more: Partial<StoredCamera> = {}): StoredCamera => ({
  id: 'door',
  name: 'Door',
  number: 1,
  place: 'Entrance',
  section: '',
  source_type: 'rtsp',
  source_url: 'rtsp://10.0.0.7/1',
  username: 'admin',
  has_password: true,
  roles: ['live', 'recording', 'analysis'],
  streams: [],
  transport: 'auto',
  rtsp_engine: 'native',
  tls_fingerprint: '',
  poll_interval: 1,
  loop: true,
  motion: { enabled: true, every_frame: false, sensitivity: 50, min_area: 0.002, start_after: 0, end_after: 5, masks: [] },
  analysis: {
    enabled: false,
    model: '',
    rate: { mode: 'adaptive', nth: 1, fps: 10 },
    classes: [],
    confidence: 0.25,
    masks: [],
    tiling: false,
    motion_gate: true,
    appearance: false,
    attributes: false,
    plates: false,
    scene: false,
  },
  ...more,
});
const sub = { name: 'sub', source_url: 'rtsp://10.0.0.7/2', username: 'admin', has_password: true, roles: ['analysis' as const] };

describe('a new camera', () => {
  it('carries only what its source needs', () => {
    const push = toCreate({ ...emptyForm(), id: 'p', sourceType: 'http_push', url: 'left over', password: 'left over' });
    expect(push).not.toHaveProperty('source_url');
    expect(push).not.toHaveProperty('password');
    expect(push).not.toHaveProperty('transport');
    const rtsp = toCreate({ ...emptyForm(), url: ' rtsp://h/1 ', username: 'a', password: 'b', number: '7', name: ' Door ' });
    expect(rtsp).toMatchObject({ name: 'Door', number: 7, source_url: 'rtsp://h/1', username: 'a', password: 'b', transport: 'auto', rtsp_engine: 'native' });
    expect(rtsp).not.toHaveProperty('id');
    expect(rtsp).not.toHaveProperty('poll_interval');
  });
  it('gives the sub-stream its work and the sign-in of the main stream', () => {
    const form = { ...emptyForm(), url: 'rtsp://h/1', username: 'a', password: 'b' };
    form.sub.url = 'rtsp://h/2';
    expect(toCreate(form)).toMatchObject({
      roles: ['live', 'recording'],
      streams: [{ name: 'sub', source_url: 'rtsp://h/2', username: 'a', password: 'b', roles: ['analysis'] }],
    });
  });
});

describe('the certificate of an rtsps camera', () => {
  const digits = 'aA'.repeat(32);
  const secure = () => ({ ...emptyForm(), url: 'rtsps://h/1', tlsFingerprint: ` ${digits} ` });
  it('is pinned where somebody looks at it', () => {
    expect(toCreate(secure())).toMatchObject({ tls_fingerprint: digits });
    expect(toCreate({ ...secure(), rtspEngine: 'libav' })).toMatchObject({ tls_fingerprint: '' });
    expect(mayPinCertificate({ ...emptyForm(), url: 'rtsp://h/1' })).toBe(false);
    expect(mayPinCertificate({ ...emptyForm(), url: 'RTSPS://h/1' })).toBe(true);
  });
  it('is a SHA-256', () => {
    expect(sourceErrors(secure())).toEqual({});
    expect(sourceErrors({ ...secure(), tlsFingerprint: Array.from({ length: 32 }, () => 'Aa').join(':') })).toEqual({});
    for (const wrong of [digits.slice(1), `${digits}a`, `${digits}:`, 'g'.repeat(64)]) {
      expect(sourceErrors({ ...secure(), tlsFingerprint: wrong })).toHaveProperty('tlsFingerprint');
    }
  });
  it('is given up with the client that looks at it', () => {
    const camera = stored({ tls_fingerprint: digits });
    expect(toPatch({ ...formOf(camera), rtspEngine: 'libav' }, camera)).toEqual({ rtsp_engine: 'libav', tls_fingerprint: '' });
    expect(toPatch({ ...formOf(camera), sourceType: 'http_push' }, camera)).toMatchObject({ tls_fingerprint: '' });
    expect(errorsFrom([{ pointer: '/tls_fingerprint', detail: 'no' }]).fields).toEqual({ tlsFingerprint: 'no' });
  });
});

describe('a change', () => {
  it('of who speaks RTSP names nothing else', () => {
    expect(toPatch({ ...formOf(stored()), rtspEngine: 'libav' }, stored())).toEqual({ rtsp_engine: 'libav' });
    expect(formOf(stored({ rtsp_engine: 'libav' })).rtspEngine).toBe('libav');
  });
  it('of nothing is empty', () => {
    for (const camera of [stored(), stored({ tls_fingerprint: 'aa'.repeat(32) }), stored({ streams: [sub], roles: ['live', 'recording'] }), stored({ number: null, username: null })]) {
      expect(toPatch(formOf(camera), camera)).toEqual({});
    }
  });
  it('holds only what was changed', () => {
    const form = formOf(stored());
    expect(toPatch({ ...form, name: 'Gate', number: '' }, stored())).toEqual({ name: 'Gate', number: null });
    expect(toPatch({ ...form, password: 'new' }, stored())).toEqual({ password: 'new' });
    expect(toPatch({ ...form, username: '' }, stored())).toEqual({ username: null });
    expect(toPatch({ ...form, motion: { ...form.motion, sensitivity: 70 } }, stored())).toEqual({
      motion: { enabled: true, every_frame: false, sensitivity: 70, min_area: 0.002, masks: [], start_after: 0, end_after: 5 },
    });
  });
  it('of the sub-stream keeps the other streams', () => {
    const third = { ...sub, name: 'third', source_url: 'rtsp://10.0.0.7/3', roles: [] };
    const camera = stored({ streams: [sub, third], roles: ['live', 'recording'] });
    const form = formOf(camera);
    const patch = toPatch({ ...form, sub: { ...form.sub, url: 'rtsp://10.0.0.7/9' } }, camera);
    expect(patch.streams).toMatchObject([
      { name: 'sub', source_url: 'rtsp://10.0.0.7/9', roles: ['analysis'] },
      { name: 'third', source_url: 'rtsp://10.0.0.7/3' },
    ]);
    expect(JSON.stringify(patch)).not.toContain('password');
    expect(toPatch({ ...form, sub: { ...form.sub, url: '' } }, camera)).toMatchObject({ streams: [{ name: 'third' }], roles: ['live', 'recording', 'analysis'] });
  });
  it('of the password reaches the sub-stream too', () => {
    const camera = stored({ streams: [sub], roles: ['live', 'recording'] });
    expect(toPatch({ ...formOf(camera), password: 'new' }, camera)).toMatchObject({ password: 'new', streams: [{ name: 'sub', password: 'new' }] });
  });
  it('to pushed pictures lets go of address and sign-in', () => {
    expect(toPatch({ ...formOf(stored()), sourceType: 'http_push' }, stored())).toEqual({
      source_type: 'http_push',
      source_url: null,
      username: null,
      password: null,
      streams: [],
    });
  });
});

describe('a form', () => {
  it('says what is wrong at its field', () => {
    const form = { ...emptyForm(), number: '1.5', id: '.x' };
    form.motion.endAfter = '';
    expect(Object.keys(detailErrors(form, []))).toEqual(['number', 'id', 'endAfter']);
    expect(detailErrors({ ...emptyForm(), id: 'door' }, ['door']).id).toMatch(/Another camera/);
    expect(sourceErrors(emptyForm()).url).toMatch(/Paste/);
    expect(sourceErrors({ ...emptyForm(), sourceType: 'snapshot', url: 'http://h/a.jpg', pollInterval: '0' }).pollInterval).toBeDefined();
    expect(sourceErrors({ ...emptyForm(), url: 'rtsp://h/1', sub: { ...emptyForm().sub, url: 'http://h/2' } }).subUrl).toBeDefined();
    expect(sourceErrors({ ...emptyForm(), sourceType: 'file', url: 'file:///a.mp4' })).toEqual({});
  });
  it('puts the complaints of the server at their fields', () => {
    expect(
      errorsFrom([
        { pointer: '/source_url', detail: 'no host' },
        { pointer: '/streams/0/source_url', detail: 'bad' },
        { pointer: '/motion/masks/0', detail: 'too few' },
        { pointer: '/streams_count', detail: 'odd' },
        { pointer: '', detail: 'whole' },
      ]),
    ).toEqual({ fields: { url: 'no host', subUrl: 'bad', masks: 'too few' }, rest: ['/streams_count: odd', 'whole'] });
  });
});
