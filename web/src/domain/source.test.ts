import { describe, expect, it } from 'vitest';
import { addressFault, freeCameraId, guessSourceType, isCameraId, parseAddress, pushCommand, withSignIn } from './source';

describe('a pasted address', () => {
  it.each([
    ['rtsp://10.0.0.7/stream', 'rtsp'],
    ['RTSPS://10.0.0.7:322/stream', 'rtsp'],
    ['rtmp://host/live/key', 'rtmp'],
    ['https://host/live/index.m3u8?token=1', 'hls'],
    ['http://host/snapshot.jpg', 'snapshot'],
    ['http://host/cgi-bin/snapshot.cgi?channel=1', 'snapshot'],
    ['http://host/axis-cgi/mjpg/video.cgi', 'mjpeg'],
    ['http://host:8080/', 'mjpeg'],
    ['ftp://host/a.jpg', null],
    ['file:///etc/passwd', null],
    ['10.0.0.7', null],
    ['', null],
  ])('%s is %s', (url, type) => {
    expect(guessSourceType(url)).toBe(type);
  });

  it.each([
    ['rtsp://admin:secret@10.0.0.7/a', { url: 'rtsp://10.0.0.7/a', username: 'admin', password: 'secret' }],
    ['rtsp://admin:p%40ss@10.0.0.7/a', { url: 'rtsp://10.0.0.7/a', username: 'admin', password: 'p@ss' }],
    ['rtsp://admin:p@ss:w@10.0.0.7:554/a', { url: 'rtsp://10.0.0.7:554/a', username: 'admin', password: 'p@ss:w' }],
    ['rtsp://admin:pa/ss@10.0.0.7/a', { url: 'rtsp://10.0.0.7/a', username: 'admin', password: 'pa/ss' }],
    ['rtsp://10.0.0.7:554/user@site', { url: 'rtsp://10.0.0.7:554/user@site', username: '', password: '' }],
    ['rtsp://[fe80::1]:554/a', { url: 'rtsp://[fe80::1]:554/a', username: '', password: '' }],
    ['rtsp://admin@10.0.0.7/a?u=x@y', { url: 'rtsp://10.0.0.7/a?u=x@y', username: 'admin', password: '' }],
    ['  10.0.0.7/stream1 ', { url: 'rtsp://10.0.0.7/stream1', username: '', password: '' }],
    ['rtsp://a:%E0%A4%A@h/x', { url: 'rtsp://h/x', username: 'a', password: '%E0%A4%A' }],
    ['', { url: '', username: '', password: '' }],
  ])('%s is taken apart', (pasted, parts) => {
    expect(parseAddress(pasted)).toEqual(parts);
  });

  it('comes together again with any password', () => {
    const url = withSignIn('rtsp://10.0.0.7/a', 'ad min', 'p@s/s:#?%');
    expect(parseAddress(url)).toEqual({ url: 'rtsp://10.0.0.7/a', username: 'ad min', password: 'p@s/s:#?%' });
    expect(new URL(url).host).toBe('10.0.0.7');
  });

  it.each([
    ['', 'rtsp', /Paste the address/],
    ['10.0.0.7', 'rtsp', /begins with/],
    ['concat:a|b', 'rtsp', /begins with/],
    ['rtsp:///a', 'rtsp', /no host/],
    ['http://h/a', 'rtsp', /not RTSP/],
    ['rtsp://h/a', 'hls', /not HLS/],
  ] as const)('%s as %s is refused with a reason', (url, type, words) => {
    expect(addressFault(url, type)).toMatch(words);
  });

  it('is not needed where pictures are pushed', () => {
    expect(addressFault('', 'http_push')).toBeNull();
    expect(addressFault('rtsp://h/a', 'rtsp')).toBeNull();
    expect(addressFault('https://h/a', 'mjpeg')).toBeNull();
  });
});

describe('a camera id', () => {
  it('is the next free number', () => {
    expect(freeCameraId([])).toBe('cam_001');
    expect(freeCameraId(['cam_001', 'door'])).toBe('cam_003');
    expect(freeCameraId(['cam_002'])).toBe('cam_003');
  });
  it('follows the rules of the server', () => {
    for (const good of ['a', 'cam_1', 'Door-2.b', 'x'.repeat(64)]) expect(isCameraId(good)).toBe(true);
    for (const bad of ['', '.a', 'a/b', 'a b', 'ä', 'x'.repeat(65), '..']) expect(isCameraId(bad)).toBe(false);
  });
});

describe('the push command', () => {
  it('is ready for a shell', () => {
    expect(pushCommand('http://vigil:8000', 'door', false)).toBe("curl -F frame_file=@picture.jpg 'http://vigil:8000/api/ingest/push/door'");
    expect(pushCommand("http://it's", 'door', true)).toContain(`'http://it'\\''s/api/ingest/push/door'`);
    expect(pushCommand('http://vigil', 'door', true)).toContain('Authorization: Bearer YOUR_API_KEY');
  });
});
