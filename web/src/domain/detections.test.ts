import { describe, expect, it } from 'vitest';
import { beginOf, beside, filterFrom, journey, narrowing, probable, subjectFilterFrom, subjectParams, toParams, tripFrom, tripOf } from './detections';

describe('the filter of detections', () => {
  it('is what its address says, and the other way round', () => {
    const address = 'camera=door&camera=yard&label=person&range=7d&score=0.6&subject=204';
    expect(toParams(filterFrom(new URLSearchParams(address))).toString()).toBe(address);
    expect(toParams(filterFrom(new URLSearchParams(''))).toString()).toBe('');
  });
  it('takes nonsense for nothing', () => {
    expect(filterFrom(new URLSearchParams('range=ever&score=many&subject=0'))).toEqual({ cameras: [], labels: [], range: '24h', minScore: 0, subject: null });
    expect(filterFrom(new URLSearchParams('subject=x7')).subject).toBeNull();
    expect(filterFrom(new URLSearchParams('score=7')).minScore).toBe(0);
  });
  it('begins at a whole minute', () => {
    const now = Date.parse('2026-01-02T03:04:05.678Z');
    expect(beginOf('1h', now)).toBe('2026-01-02T02:04:00.000Z');
    expect(beginOf('all', now)).toBeUndefined();
  });
  it('names what could be taken away, the narrowest first', () => {
    expect(narrowing({ cameras: [], labels: [], range: 'all', minScore: 0, subject: null })).toEqual([]);
    expect(narrowing({ cameras: ['a'], labels: ['dog'], range: '1h', minScore: 0.5, subject: '7' })).toEqual(['the least confidence', 'the label “dog”', 'the camera', 'the subject', 'the time range']);
  });
});

describe('the filter of subjects', () => {
  it('is what its address says, and the other way round', () => {
    expect(subjectParams(subjectFilterFrom(new URLSearchParams('label=person&range=1h'))).toString()).toBe('label=person&range=1h');
    expect(subjectFilterFrom(new URLSearchParams('range=x'))).toEqual({ labels: [], range: 'all' });
  });
  it('calls a likeness probable', () => {
    expect(probable(0.8)).toBe('probable, 0.80');
  });
});

describe('the list that somebody came from', () => {
  const trip = tripOf(['a', 'b', 'c'], '/detections?label=car');
  it('has one before and one after', () => {
    expect(beside(trip, 'b')).toEqual({ before: 'a', next: 'c' });
    expect(beside(trip, 'a')).toEqual({ before: undefined, next: 'b' });
    expect(beside(trip, 'x')).toEqual({ before: undefined, next: undefined });
    expect(beside(null, 'a')).toEqual({ before: undefined, next: undefined });
  });
  it('is believed only when it looks like one, and leads nowhere else', () => {
    expect(tripFrom(JSON.parse(JSON.stringify(trip)))).toEqual(trip);
    for (const bad of [null, 'x', {}, { ids: [1], from: '/x' }, { ids: [], from: '//evil.test' }, { ids: [], from: 'https://evil.test' }, { ids: 'a', from: '/' }]) expect(tripFrom(bad)).toBeNull();
  });
  it('is not kept without end', () => {
    expect(tripOf(Array.from({ length: 900 }, String), '/').ids).toHaveLength(500);
  });
});

describe('the way of a subject', () => {
  const track = (id: string, camera_id: string, minute: number) => ({
    id,
    camera_id,
    first_seen: `2026-01-02T14:${String(minute).padStart(2, '0')}:00Z`,
    last_seen: `2026-01-02T14:${String(minute + 1).padStart(2, '0')}:00Z`,
  });
  it('goes from camera to camera, the oldest first, and joins what one camera saw in a row', () => {
    const way = journey([track('d', 'door', 30), track('c', 'yard', 20), track('b', 'door', 4), track('a', 'door', 2)]);
    expect(way.map(({ camera, tracks }) => [camera, tracks.map(({ id }) => id).join('')])).toEqual([
      ['door', 'ab'],
      ['yard', 'c'],
      ['door', 'd'],
    ]);
    expect(way[0]).toMatchObject({ from: '2026-01-02T14:02:00Z', to: '2026-01-02T14:05:00Z' });
  });
  it('is empty without sightings', () => {
    expect(journey([])).toEqual([]);
  });
});
