import { describe, expect, it } from 'vitest';
import { freshness } from './freshness';

describe('a picture', () => {
  it('is live while it is young', () => {
    expect(freshness(10_000, true, 12_900, 500, 25)).toBe('live');
    expect(freshness(10_000, true, 13_100, 500, 25)).toBe('stale');
  });
  it('is never live when the server says that it is not', () => {
    expect(freshness(10_000, false, 10_000, 500, 25)).toBe('stale');
  });
  it('of a slow camera may be older', () => {
    expect(freshness(0, true, 25_000, 500, 0.1)).toBe('live');
    expect(freshness(0, true, 31_000, 500, 0.1)).toBe('stale');
  });
  it('that never came is none', () => {
    expect(freshness(null, true, 0, 500, 25)).toBe('none');
  });
});
