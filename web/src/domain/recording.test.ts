import { describe, expect, it } from 'vitest';
import { clipName, recordingType } from './recording';

describe('A recording', () => {
  it('is of the first kind that the browser can make', () => {
    expect(recordingType(() => true)).toMatch(/^video\/mp4/);
    expect(recordingType((type) => type.includes('vp8'))).toBe('video/webm;codecs=vp8,opus');
    expect(recordingType(() => false)).toBe('');
  });
  it('is called by when it was made', () => {
    expect(clipName(new Date(2026, 10, 2, 4, 5, 9), 'video/webm')).toBe('recording 2026-11-02 04.05.09.webm');
    expect(clipName(new Date(2026, 10, 2, 4, 5, 9), 'video/mp4')).toMatch(/\.mp4$/);
  });
});
