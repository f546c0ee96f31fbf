import { describe, expect, it } from 'vitest';
import { pictureText, soundText, videoText } from './video';

const plain = { codec: 'h264', width: 1920, height: 1080, bits: 8, interlaced: false, rotation: 0 };

describe('A video in words', () => {
  it('leaves out what is not known', () => {
    expect(videoText(null)).toBe('');
    expect(videoText(plain)).toBe('H.264, 1920×1080');
    expect(videoText({ ...plain, duration_ms: 92_000 })).toBe('1 min 32 s, H.264, 1920×1080');
    expect(pictureText(plain)).toBe('H.264, 1920×1080');
  });
  it('says what is out of the ordinary', () => {
    expect(pictureText({ ...plain, fps: 25, bits: 10, interlaced: true, rotation: 90 })).toBe('H.264, 1920×1080, 25 fps, 10 bits, interlaced, turned by 90°');
    expect(soundText(plain)).toBe('None');
    expect(soundText({ ...plain, audio: { codec: 'aac', sample_rate: 44_100, channels: 2 } })).toBe('AAC, 44.1 kHz, stereo');
  });
});
