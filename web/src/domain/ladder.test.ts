import { describe, expect, it } from 'vitest';
import { ladderFor, type StreamFacts } from './ladder';

const stream = (name: string, codecs: string, codec = codecs === '' ? '' : 'h264', more: Partial<StreamFacts> = {}): StreamFacts => ({
  name, codec, codecs, width: 640, height: 360, b_frames: false,
  transports: codecs === '' && codec !== '' ? { mjpeg: '/m' } : { webrtc: `/${name}/whep`, mse: `/${name}/mse`, hls: `/${name}/hls`, mjpeg: '/m' },
  sound: '', sounds: {}, ...more,
});
const all = { webrtc: () => true, mse: () => true };
const h264 = { webrtc: (codec: string) => codec === 'h264', mse: (mime: string) => mime.includes('avc1') };
const steps = (...given: Parameters<typeof ladderFor>) => ladderFor(...given).steps.map(({ transport, stream: name }) => (name === '' ? transport : `${transport} ${name}`));

describe('the ladder', () => {
  it('tries WebRTC, then MSE, then HLS, then single pictures', () => {
    expect(steps([stream('main', 'avc1.64001f')], all)).toEqual(['webrtc main', 'mse main', 'hls main', 'pictures']);
  });
  it('takes the sub-stream where the browser cannot play the main one, and says why', () => {
    const streams = [stream('main', 'hvc1.1.6.L93.B0', 'h265'), stream('sub', 'avc1.42e01e')];
    expect(steps(streams, h264)).toEqual(['webrtc sub', 'mse sub', 'hls sub', 'pictures']);
    expect(ladderFor(streams, h264).missing).toEqual(['This browser takes no h265 by WebRTC.', "This browser can't play hvc1.1.6.L93.B0 of the stream main."]);
  });
  it('asks the server to encode where nothing else can be played, for one view and not for a wall', () => {
    const encoded = stream('h264', '', '');
    const given = [stream('main', 'hvc1.1.6.L93.B0', 'h265')];
    expect(steps(given, h264, { width: null, encoded })).toEqual(['webrtc h264', 'mse h264', 'hls h264', 'pictures']);
    expect(steps(given, h264, { width: null, encoded, pinned: 'mse' })).toEqual(['mse h264', 'pictures']);
    expect(steps(given, h264, { width: 400, encoded })).toEqual(['pictures']);
    expect(steps(given, all, { width: null, encoded })).toEqual(['webrtc main', 'mse main', 'hls main', 'pictures']);
    expect(steps([...given, stream('sub', 'avc1.42e01e')], h264, { width: null, encoded })[0]).toBe('webrtc sub');
    expect(steps([stream('main', '', 'mjpeg')], all, { width: null, encoded })).toEqual(['pictures']);
  });
  it('leaves WebRTC out where the camera sends B-frames, and says so', () => {
    const streams = [stream('main', 'avc1.4d001f', 'h264', { b_frames: true, transports: { mse: '/mse', hls: '/hls' } })];
    expect(steps(streams, all)).toEqual(['mse main', 'hls main', 'pictures']);
    expect(ladderFor(streams, all).missing).toEqual(["The stream main has B-frames, which WebRTC can't show."]);
  });
  it('says nothing of WebRTC where the server has it switched off', () => {
    expect(ladderFor([stream('main', 'avc1.4d001f', 'h264', { transports: { mse: '/mse' } })], all).missing).toEqual([]);
  });
  it('takes the smallest stream that is large enough for where it is shown', () => {
    const streams = [stream('main', 'avc1.64001f', 'h264', { width: 1920 }), stream('sub', 'avc1.42e01e', 'h264', { width: 640 })];
    const order = (width: number | null) => ladderFor(streams, all, { width }).steps.map((step) => step.stream).filter((name, i, names) => names.indexOf(name) === i && name !== '');
    expect(order(320)).toEqual(['sub', 'main']);
    expect(order(960)).toEqual(['sub', 'main']);
    expect(order(1280)).toEqual(['main', 'sub']);
    expect(order(3840)).toEqual(['main', 'sub']);
    expect(order(null)).toEqual(['main', 'sub']);
  });
  it('takes a stream that is connected only now for a small one, unless it is the main one', () => {
    const streams = [stream('main', '', '', { width: 0 }), stream('sub', '', '', { width: 0 })];
    expect(ladderFor(streams, all, { width: 320 }).steps[0]?.stream).toBe('sub');
    expect(ladderFor(streams, all, { width: 1600 }).steps[0]?.stream).toBe('main');
  });
  it('takes the one way that is pinned, and says when there is none', () => {
    const streams = [stream('main', 'avc1.64001f')];
    const pin = (pinned: 'mse' | 'pictures' | 'webrtc', can = all) => ladderFor(streams, can, { width: null, pinned });
    expect(pin('mse').steps.map(({ transport }) => transport)).toEqual(['mse', 'pictures']);
    expect(pin('pictures').steps.map(({ transport }) => transport)).toEqual(['pictures']);
    expect(pin('webrtc', { ...all, webrtc: () => false }).missing).toEqual(['This browser takes no h264 by WebRTC.', 'WebRTC is not to be had for this camera.']);
  });
  it('takes a way that brings the sound where somebody listens', () => {
    const streams = [stream('main', 'avc1.64001f,mp4a.40.2', 'h264', { sounds: { mse: 'aac', hls: 'aac' } })];
    const listening = ladderFor(streams, all, { width: null, sound: true });
    expect(listening.steps.map(({ transport }) => transport)).toEqual(['mse', 'hls', 'webrtc', 'pictures']);
    expect(listening.missing).toEqual(['WebRTC brings no sound of the stream main.']);
    const opus = [stream('main', 'avc1.64001f,opus', 'h264', { sounds: { webrtc: 'opus', mse: 'opus', hls: 'opus' } })];
    expect(ladderFor(opus, all, { width: null, sound: true }).steps[0]?.transport).toBe('webrtc');
  });
  it('asks for the sound by WebRTC only where somebody listens', () => {
    const streams = [stream('main', 'avc1.64001f,mp4a.40.2', 'h264', { sound: 'aac', sounds: { webrtc: 'opus', mse: 'aac', hls: 'aac' } })];
    expect(ladderFor(streams, all).steps[0]).toEqual({ transport: 'webrtc', stream: 'main', path: '/main/whep' });
    expect(ladderFor(streams, all, { width: null, sound: true }).steps[0]).toEqual({ transport: 'webrtc', stream: 'main', path: '/main/whep', heard: true });
  });
  it('shows single pictures where there is no video to play', () => {
    expect(steps([stream('main', '', 'mjpeg')], all)).toEqual(['pictures']);
    expect(steps([stream('main', 'avc1.64001f')], { webrtc: null, mse: null })).toEqual(['pictures']);
  });
  it('tries a stream of which nothing is known yet', () => {
    expect(steps([stream('main', '')], all)).toEqual(['webrtc main', 'mse main', 'hls main', 'pictures']);
  });
});
