import { describe, expect, it } from 'vitest';
import { rateText, shownSteps, snapshotUrl, trackText } from './probe';

describe('the checklist', () => {
  it('runs from the first step while nothing is known', () => {
    expect(shownSteps(null).map(({ state }) => state)).toEqual(['running', 'waiting', 'waiting', 'waiting', 'waiting']);
  });
  it('shows what was done, what failed and what was not reached', () => {
    const shown = shownSteps([
      { name: 'resolve', ok: true, milliseconds: 4, detail: '10.0.0.7' },
      { name: 'connect', ok: false, milliseconds: 10_400, detail: '' },
    ]);
    expect(shown.map(({ state }) => state)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'skipped']);
    expect(shown.map(({ detail }) => detail).slice(0, 2)).toEqual(['10.0.0.7 · 4 ms', '10 s']);
  });
  it('does not repeat what the summary says', () => {
    const step = { name: 'resolve', ok: false, milliseconds: 4, detail: 'no such name' };
    expect(shownSteps([step], 'no such name')[0]?.detail).toBe('4 ms');
    expect(shownSteps([step])[0]?.detail).toBe('no such name · 4 ms');
  });
  it('keeps a step that this page does not know', () => {
    expect(shownSteps([{ name: 'clock', ok: true, milliseconds: 1, detail: '' }]).at(-1)).toMatchObject({ label: 'clock', state: 'ok' });
  });
});

describe('a track', () => {
  it('is one line', () => {
    const none = { fps: 0, gop_seconds: 0, sample_rate: 0, channels: 0, width: 0, height: 0 };
    expect(trackText({ ...none, kind: 'video', codec: 'h264', width: 1920, height: 1080, fps: 25, gop_seconds: 2 })).toBe('H.264, 1920×1080, 25 fps, key frame every 2.0 s');
    expect(trackText({ ...none, kind: 'audio', codec: 'aac', sample_rate: 16000 })).toBe('Sound AAC, 16 kHz');
  });
  it('has a rate a day', () => {
    expect(rateText(2_100_000)).toBe('About 2.1 Mbit/s, 23 GB a day');
    expect(rateText(0)).toBe('');
  });
});

describe('a snapshot', () => {
  it('is shown only when it is a JPEG', () => {
    expect(snapshotUrl('data:image/jpeg;base64,/9j/4A==')).not.toBeNull();
    expect(snapshotUrl('data:image/svg+xml;base64,AAAA')).toBeNull();
    expect(snapshotUrl('https://elsewhere/x.jpg')).toBeNull();
    expect(snapshotUrl(null)).toBeNull();
  });
});
