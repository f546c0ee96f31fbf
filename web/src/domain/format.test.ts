import { describe, expect, it } from 'vitest';
import { age, bitRate, bytes, codec, duration, fps, moment, plural, since, size, toMillis, UNKNOWN } from './format';

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [250, '4 min 10 s'],
    [3600, '1 h 00 min'],
    [3840, '1 h 04 min'],
    [200_000, '2 d 7 h'],
  ])('of %d s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
  it('is an age', () => expect(age(9)).toBe('9 s ago'));
});

describe('what is unknown', () => {
  it('is a dash, never 0', () => {
    expect(fps(0)).toBe(`${UNKNOWN} fps`);
    expect(fps(undefined)).toBe(`${UNKNOWN} fps`);
    expect(size(0, 0)).toBe(UNKNOWN);
    expect(bitRate(0)).toBe(UNKNOWN);
    expect(bitRate(Number.NaN)).toBe(UNKNOWN);
    expect(bytes(undefined)).toBe(UNKNOWN);
    expect(codec('')).toBe(UNKNOWN);
    expect(toMillis(null)).toBeNull();
    expect(toMillis('nonsense')).toBeNull();
    expect(toMillis(0)).toBeNull();
    expect(since(null, 0)).toBe('');
  });
});

describe('a moment', () => {
  const now = Date.parse('2026-11-22T12:00:00');
  it('of today is a clock', () => expect(moment('2026-11-22T09:05:01', now)).toMatch(/^09:05:01$/));
  it('of another day has it', () => expect(moment('2026-04-19T22:46:00', now)).toMatch(/Apr.*19/));
  it('of another year has that', () => {
    expect(moment('2026-04-19T22:46:00', now)).not.toContain('2026');
    expect(moment('2018-04-19T22:46:00', now)).toContain('2018');
  });
});

describe('a figure', () => {
  it('has its unit', () => {
    expect(fps(25.04)).toBe('25 fps');
    expect(fps(0.5)).toBe('0.5 fps');
    expect(size(1920, 1080)).toBe('1920×1080');
    expect(bitRate(2_140_000)).toBe('2.1 Mbit/s');
    expect(bitRate(64_000)).toBe('64 kbit/s');
    expect(bytes(812_345_678)).toBe('812.3 MB');
    expect(bytes(0)).toBe('0 B');
    expect(codec('h264')).toBe('H.264');
    expect(codec('weird')).toBe('weird');
    expect(plural(1, 'camera', 'cameras')).toBe('1 camera');
    expect(plural(0, 'camera', 'cameras')).toBe('0 cameras');
  });
  it('of time knows both forms', () => {
    expect(toMillis(1.5)).toBe(1500);
    expect(toMillis('1970-01-01T00:00:01Z')).toBe(1000);
  });
  it('says the day when it was not today', () => {
    const now = new Date(2026, 10, 21, 15, 0).getTime();
    expect(since(new Date(2026, 10, 21, 13, 59).toISOString(), now)).toMatch(/^since 13:59$/);
    expect(since(new Date(2026, 10, 19, 13, 59).toISOString(), now)).toMatch(/19/);
  });
});
