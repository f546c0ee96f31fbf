import { describe, expect, it } from 'vitest';
import { looksLikeVideo, paceText, refusalOf, speedOf, withSample } from './transfer';

const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
const MP4 = text('\0\0\0 ftypisom\0\0\0\0');
const NONE = { fileBytes: null, freeBytes: null, seconds: null };

describe('a file', () => {
  it('is known as a video by its first bytes', () => {
    expect(looksLikeVideo(MP4)).toBe(true);
    expect(looksLikeVideo(text('\x1aE\xdf\xa3 and what follows'))).toBe(true);
    expect(looksLikeVideo(text('\0\0\0\x08wide\0\0\0\0mdat'))).toBe(true);
    expect(looksLikeVideo(text('FLV\x01 and what follows'))).toBe(true);
    const stream = new Uint8Array(400);
    stream[0] = stream[188] = 0x47;
    expect(looksLikeVideo(stream)).toBe(true);
  });
  it('is not, whatever it is called, when it is a list, a picture or a page', () => {
    expect(looksLikeVideo(text('#EXTM3U\n#EXT-X-VERSION:3\n'))).toBe(false);
    expect(looksLikeVideo(text('\0\0\0 ftypheic\0\0\0\0'))).toBe(false);
    expect(looksLikeVideo(text('<!doctype html><html>'))).toBe(false);
    expect(looksLikeVideo(text('short'))).toBe(false);
  });
  it('is refused before it is sent, with the reason', () => {
    expect(refusalOf('a.mp4', 10, MP4, NONE)).toBeNull();
    expect(refusalOf('a.mp4', 0, new Uint8Array(), NONE)).toBe('a.mp4 is empty.');
    expect(refusalOf('a.mp4', 3e9, MP4, { ...NONE, fileBytes: 1e9 })).toContain('at most 1 GB');
    expect(refusalOf('a.mp4', 3e9, MP4, { ...NONE, freeBytes: 5e8 })).toContain('500 MB are left');
    expect(refusalOf('a.mp4', 10, MP4, { ...NONE, seconds: 3600 }, 7200)).toContain('at most 1 h 00 min');
    expect(refusalOf('a.mp4', 10, MP4, { ...NONE, seconds: 3600 }, 3599)).toBeNull();
    expect(refusalOf('a.mp4', 10, MP4, { ...NONE, seconds: 3600 }, null)).toBeNull();
    expect(refusalOf('a.mp4', 10, text('plain text, no video'), NONE)).toContain('is no video');
  });
});

describe('its pace', () => {
  it('is that of the last seconds', () => {
    let samples = withSample([], { at: 0, sent: 0 });
    expect(speedOf(samples)).toBeNull();
    samples = withSample(samples, { at: 1000, sent: 1_000_000 });
    expect(paceText(samples, 5_000_000)).toBe('1 MB/s, 4 s left');
    // What was long ago counts no more.
    samples = withSample(samples, { at: 9000, sent: 17_000_000 });
    expect(speedOf(samples)).toBe(2_000_000);
  });
  it('says when nothing goes through', () => {
    const samples = [0, 1000, 2000].map((at) => ({ at, sent: 500 }));
    expect(paceText(samples, 1000)).toBe('no bytes go through at the moment');
  });
});
