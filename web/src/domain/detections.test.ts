import { describe, expect, it } from 'vitest';
import { beginOf, filterFrom, narrowing, toParams } from './detections';

describe('the filter of detections', () => {
  it('is what its address says, and the other way round', () => {
    const address = 'camera=door&camera=yard&label=person&range=7d&score=0.6';
    expect(toParams(filterFrom(new URLSearchParams(address))).toString()).toBe(address);
    expect(toParams(filterFrom(new URLSearchParams(''))).toString()).toBe('');
  });
  it('takes nonsense for nothing', () => {
    expect(filterFrom(new URLSearchParams('range=ever&score=many'))).toEqual({ cameras: [], labels: [], range: '24h', minScore: 0 });
    expect(filterFrom(new URLSearchParams('score=7')).minScore).toBe(0);
  });
  it('begins at a whole minute', () => {
    const now = Date.parse('2026-01-02T03:04:05.678Z');
    expect(beginOf('1h', now)).toBe('2026-01-02T02:04:00.000Z');
    expect(beginOf('all', now)).toBeUndefined();
  });
  it('names what could be taken away, the narrowest first', () => {
    expect(narrowing({ cameras: [], labels: [], range: 'all', minScore: 0 })).toEqual([]);
    expect(narrowing({ cameras: ['a'], labels: ['dog'], range: '1h', minScore: 0.5 })).toEqual(['the least confidence', 'the label “dog”', 'the camera', 'the time range']);
  });
});
