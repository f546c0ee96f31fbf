import { describe, expect, it } from 'vitest';
import { contentBox, type Observation, ObservationRing, type SeenObject } from './overlay';

const object = (id: number | undefined, x: number, more: Partial<SeenObject['vigil']> = {}): SeenObject => ({
  x,
  y: 10,
  w: 20,
  h: 40,
  id,
  roi_type: 'person',
  detection: { confidence: 0.9 },
  vigil: { state: 'confirmed', stationary: false, box: [x, 10, 20, 40], ...more },
});
const at = (captured: number, ...objects: SeenObject[]): Observation => ({ resolution: { width: 200, height: 100 }, objects, vigil: { captured } });

describe('the boxes of a picture', () => {
  it('are those of the observation with its time', () => {
    const ring = new ObservationRing();
    ring.push(at(100, object(1, 20)));
    ring.push(at(100.2, object(1, 40)));
    expect(ring.at(100.2)).toMatchObject([{ x: 0.2, y: 0.1, w: 0.1, h: 0.4, id: 1, label: 'person' }]);
  });
  it('lie between those of two observations near it, by track', () => {
    const ring = new ObservationRing();
    ring.push(at(100, object(1, 20), object(2, 100)));
    ring.push(at(100.2, object(2, 120), object(1, 40)));
    const boxes = ring.at(100.1);
    expect(boxes.find(({ id }) => id === 1)?.x).toBeCloseTo(0.15);
    expect(boxes.find(({ id }) => id === 2)?.x).toBeCloseTo(0.55);
  });
  it('are none when nothing was observed near it: nothing is guessed', () => {
    const ring = new ObservationRing();
    expect(ring.at(100)).toEqual([]);
    ring.push(at(100, object(1, 20)));
    expect(ring.at(100.31)).toEqual([]);
    expect(ring.at(99.6)).toEqual([]);
    expect(ring.at(100.29)).toHaveLength(1);
  });
  it('have the outline of what the object fills, which covers the detector’s box and moves with it', () => {
    const ring = new ObservationRing();
    const mask = { width: 2, height: 2, runs: [0, 1, 3] };
    ring.push(at(100, object(1, 20, { detected_box: [18, 14, 20, 20], mask }), object(2, 100, { mask })));
    ring.push(at(100.2, object(1, 40), object(2, 100)));
    const [seen, guessed] = ring.at(100.1);
    expect(seen?.x).toBeCloseTo(0.15);
    expect(seen?.outline?.x).toBeCloseTo(0.14);
    expect(seen?.outline?.y).toBeCloseTo(0.14);
    expect(seen?.outline?.w).toBeCloseTo(0.1);
    expect(seen?.outline?.h).toBeCloseTo(0.2);
    expect(seen?.outline?.edges).toHaveLength(4);
    expect(guessed?.outline).toBeUndefined();
    expect(ring.at(100.2)[0]?.outline).toBeUndefined();
  });
  it('have a trail of where they were, but not of what is to come or stands still', () => {
    const ring = new ObservationRing();
    for (let i = 0; i < 40; ++i) ring.push(at(100 + i / 10, object(1, i), object(2, 50, { stationary: true })));
    const [moving, still] = ring.at(103);
    expect(moving?.trail).toHaveLength(21);
    expect(moving?.trail.at(-1)).toEqual([0.2, 0.5]);
    expect(still?.trail).toEqual([]);
  });
  it('are not drawn for long where something is only guessed to be', () => {
    const ring = new ObservationRing();
    ring.push(at(100, object(1, 20), object(2, 50, { stationary: true })));
    for (let i = 1; i <= 10; ++i) ring.push(at(100 + i / 10, object(1, 20 + i, { state: 'coasting' }), object(2, 50, { state: 'coasting', stationary: true })));
    expect(ring.at(100.4).map(({ id }) => id)).toEqual([1, 2]);
    expect(ring.at(100.4)[0]?.coasting).toBe(true);
    expect(ring.at(100.8).map(({ id }) => id)).toEqual([2]);
  });
  it('begin anew when the clock of the server goes back', () => {
    const ring = new ObservationRing();
    ring.push(at(1000, object(1, 20)));
    ring.push(at(100, object(2, 20)));
    expect(ring.at(1000)).toEqual([]);
    expect(ring.at(100)).toMatchObject([{ id: 2 }]);
  });
  it('know the best confidence that their track had', () => {
    const ring = new ObservationRing();
    ring.push(at(100, { ...object(1, 20), detection: { confidence: 0.4 } }));
    ring.push(at(100.2, object(1, 20), { ...object(undefined, 50), detection: { confidence: 0.3 } }));
    ring.push(at(100.4, { ...object(1, 20), detection: { confidence: 0.1 } }));
    expect(ring.at(100.4)).toMatchObject([{ confidence: 0.1, best: 0.9 }]);
    expect(ring.at(100.2)[1]).toMatchObject({ confidence: 0.3, best: 0.3 });
  });
  it('take observations that come in another order', () => {
    const ring = new ObservationRing();
    ring.push(at(100.2, object(1, 40)));
    ring.push(at(100, object(1, 20)));
    expect(ring.at(100.1)[0]?.x).toBeCloseTo(0.15);
  });
});

describe('the place of a picture in its box', () => {
  it('is in the middle, with bars beside or above it', () => {
    expect(contentBox(200, 100, 50, 50)).toEqual({ left: 50, top: 0, width: 100, height: 100 });
    expect(contentBox(100, 200, 100, 50)).toEqual({ left: 0, top: 75, width: 100, height: 50 });
    expect(contentBox(100, 200, 0, 0)).toEqual({ left: 0, top: 0, width: 100, height: 200 });
  });
});
