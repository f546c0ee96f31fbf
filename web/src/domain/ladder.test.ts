import { describe, expect, it } from 'vitest';
import { ladderFor, type StreamFacts } from './ladder';

const stream = (name: string, codecs: string, codec = codecs === '' ? '' : 'h264'): StreamFacts => ({
  name, codec, codecs, width: 640, height: 360, b_frames: false,
  transports: codecs === '' && codec !== '' ? { mjpeg: '/m' } : { mse: `/${name}/mse`, hls: `/${name}/hls`, mjpeg: '/m' },
});
const all = { mse: () => true };
const h264 = { mse: (mime: string) => mime.includes('avc1') };
const steps = (...given: Parameters<typeof ladderFor>) => ladderFor(...given).steps.map(({ transport, stream: name }) => (name === '' ? transport : `${transport} ${name}`));

describe('the ladder', () => {
  it('tries MSE, then HLS, then single pictures', () => {
    expect(steps([stream('main', 'avc1.64001f')], all)).toEqual(['mse main', 'hls main', 'pictures']);
  });
  it('takes the sub-stream where the browser cannot play the main one, and says why', () => {
    const streams = [stream('main', 'hvc1.1.6.L93.B0', 'h265'), stream('sub', 'avc1.42e01e')];
    expect(steps(streams, h264)).toEqual(['mse sub', 'hls sub', 'pictures']);
    expect(ladderFor(streams, h264).missing).toEqual(["This browser can't play hvc1.1.6.L93.B0 of the stream main."]);
  });
  it('shows single pictures where there is no video to play', () => {
    expect(steps([stream('main', '', 'mjpeg')], all)).toEqual(['pictures']);
    expect(steps([stream('main', 'avc1.64001f')], { mse: null })).toEqual(['pictures']);
  });
  it('tries a stream of which nothing is known yet', () => {
    expect(steps([stream('main', '')], all)).toEqual(['mse main', 'hls main', 'pictures']);
  });
  it('leaves out transports that this page has no driver for', () => {
    expect(steps([stream('main', 'avc1.64001f')], all, ['hls'])).toEqual(['hls main', 'pictures']);
  });
});
