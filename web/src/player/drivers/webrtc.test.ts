import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { webrtc } from './webrtc';

// A browser's connection as far as the driver touches it.
class Connection {
  static last: Connection;
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remote = '';
  closed = false;
  kinds: string[] = [];
  ontrack: unknown = null;
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    Connection.last = this;
  }
  addTransceiver(kind: string) {
    this.kinds.push(kind);
  }
  createOffer = (how?: { iceRestart: boolean }) => Promise.resolve({ type: 'offer', sdp: how?.iceRestart === true ? 'v=0\r\na=ice-ufrag:moved\r\na=ice-pwd:secret\r\n' : 'v=0 offer' });
  setLocalDescription(offer: { sdp: string }) {
    this.localDescription = offer;
    return Promise.resolve();
  }
  setRemoteDescription(answer: { sdp: string }) {
    this.remote = answer.sdp;
    return Promise.resolve();
  }
  close() {
    this.closed = true;
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

interface Sent {
  path: string;
  method: string;
  body: unknown;
}
let sent: Sent[] = [];
let answerStatus = 201;
let answerText = 'v=0 answer';

const video = () => {
  const shown: ((now: number, frame: { rtpTimestamp: number }) => void)[] = [];
  return {
    shown,
    element: {
      srcObject: null as unknown,
      play: () => Promise.resolve(),
      pause: vi.fn(),
      requestVideoFrameCallback: (each: (now: number, frame: { rtpTimestamp: number }) => void) => shown.push(each),
    },
  };
};

const facts = () => ({ onFrame: vi.fn(), onFailed: vi.fn(), onSkipped: vi.fn() });
const begin = (to: ReturnType<typeof video>, tell: ReturnType<typeof facts>, heard = true) =>
  webrtc(to.element as unknown as HTMLVideoElement, '/api/cameras/one/whep?stream=main', tell, heard);

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  answerStatus = 201;
  answerText = 'v=0 answer';
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.stubGlobal('MediaStream', class {});
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    sent.push({ path, method: init.method ?? 'GET', body: init.body });
    if (init.method === 'DELETE') return Promise.resolve(new Response(null, { status: 204 }));
    if (init.method === 'PATCH') return Promise.resolve(new Response('a=ice-ufrag:theirs\r\na=ice-pwd:anew\r\n', { status: 200 }));
    if (init.method !== 'POST') {
      return Promise.resolve(Response.json({ clock: { rtp_time: 90_000, captured: 50 }, skipped_pictures: 7 }));
    }
    if (answerStatus !== 201) return Promise.resolve(Response.json({ code: 'webrtc.b_frames', detail: 'B-frames' }, { status: answerStatus }));
    return Promise.resolve(new Response(answerText, { status: 201, headers: { location: '/api/cameras/one/whep/abc' } }));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('it offers to receive the picture alone where nobody listens', async () => {
  const stop = begin(video(), facts(), false);
  await vi.advanceTimersByTimeAsync(10);
  expect(Connection.last.kinds).toEqual(['video']);
  stop();
});

test('it offers to receive picture and sound and takes the answer', async () => {
  const to = video();
  const stop = begin(to, facts());
  await vi.advanceTimersByTimeAsync(10);
  expect(Connection.last.kinds).toEqual(['video', 'audio']);
  expect(sent[0]).toEqual({ path: '/api/cameras/one/whep?stream=main', method: 'POST', body: 'v=0 offer' });
  expect(Connection.last.remote).toBe('v=0 answer');
  expect(to.element.srcObject).not.toBeNull();
  stop();
});

test('frames carry when they were taken, once the server has told its clock', async () => {
  const to = video();
  const tell = facts();
  const stop = begin(to, tell);
  await vi.advanceTimersByTimeAsync(10);
  Connection.last.become('connected');
  to.shown.shift()?.(0, { rtpTimestamp: 90_000 });
  expect(tell.onFrame).toHaveBeenLastCalledWith(null);
  await vi.advanceTimersByTimeAsync(1000);
  to.shown.shift()?.(0, { rtpTimestamp: 180_000 });
  expect(tell.onFrame).toHaveBeenLastCalledWith(51);
  expect(tell.onSkipped).toHaveBeenCalledWith(7);
  stop();
});

test('stopping ends the session at the server and says nothing any more', async () => {
  const to = video();
  const tell = facts();
  const stop = begin(to, tell);
  await vi.advanceTimersByTimeAsync(10);
  stop();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(sent.at(-1)).toMatchObject({ path: '/api/cameras/one/whep/abc', method: 'DELETE' });
  expect(Connection.last.closed).toBe(true);
  expect(to.element.srcObject).toBeNull();
  expect(tell.onFailed).not.toHaveBeenCalled();
});

test('a stream that does not go out by WebRTC fails with the reason of the server', async () => {
  answerStatus = 406;
  const tell = facts();
  begin(video(), tell);
  await vi.advanceTimersByTimeAsync(10);
  expect(tell.onFailed).toHaveBeenCalledExactlyOnceWith('B-frames', true);
});

test('no connection in time, and one that is lost, are failures', async () => {
  const first = facts();
  begin(video(), first);
  await vi.advanceTimersByTimeAsync(6000);
  expect(first.onFailed).toHaveBeenCalledTimes(1);
  const second = facts();
  begin(video(), second);
  await vi.advanceTimersByTimeAsync(10);
  Connection.last.become('connected');
  await vi.advanceTimersByTimeAsync(6000);
  Connection.last.become('disconnected');
  await vi.advanceTimersByTimeAsync(1000);
  Connection.last.become('connected');
  await vi.advanceTimersByTimeAsync(6000);
  expect(second.onFailed).not.toHaveBeenCalled();
  Connection.last.become('disconnected');
  await vi.advanceTimersByTimeAsync(4000);
  expect(second.onFailed).toHaveBeenCalledExactlyOnceWith('the connection was lost', false);
});

test('a connection that breaks off begins ICE anew and goes on in the same session', async () => {
  answerText = 'v=0\r\na=ice-ufrag:ours\r\na=ice-pwd:old\r\na=mid:0\r\n';
  const tell = facts();
  const stop = begin(video(), tell);
  await vi.advanceTimersByTimeAsync(10);
  Connection.last.become('connected');
  Connection.last.become('disconnected');
  await vi.advanceTimersByTimeAsync(10);
  expect(sent.find(({ method }) => method === 'PATCH')).toEqual({ path: '/api/cameras/one/whep/abc', method: 'PATCH', body: 'a=ice-ufrag:moved\r\na=ice-pwd:secret\r\n' });
  expect(Connection.last.remote).toBe('v=0\r\na=ice-ufrag:theirs\r\na=ice-pwd:anew\r\na=mid:0\r\n');
  Connection.last.become('connected');
  await vi.advanceTimersByTimeAsync(5000);
  expect(tell.onFailed).not.toHaveBeenCalled();
  expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  stop();
});
