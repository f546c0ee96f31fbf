import { describe, expect, it } from 'vitest';
import { MOST_ZOOM, panned, wheelFactor, WHOLE, zoomAt } from './zoom';

describe('digital zoom', () => {
  it('keeps what lies under the pointer where it is', () => {
    const at = { x: 0.75, y: 0.25 };
    const once = zoomAt(WHOLE, 2, at);
    expect((at.x - once.x) / once.scale).toBeCloseTo(0.75);
    const twice = zoomAt(once, 2, { x: 0.5, y: 0.5 });
    expect((0.5 - twice.x) / twice.scale).toBeCloseTo((0.5 - once.x) / once.scale);
  });

  it('never shows what is outside of the picture, and is whole again at the end', () => {
    const corner = zoomAt(WHOLE, 4, { x: 0, y: 0 });
    expect(panned(corner, 1, 1)).toEqual({ scale: 4, x: 0, y: 0 });
    expect(panned(corner, -9, -9)).toEqual({ scale: 4, x: -3, y: -3 });
    expect(zoomAt(panned(corner, -9, -9), 0.01, { x: 0.5, y: 0.5 })).toEqual({ scale: 1, x: 0, y: 0 });
    expect(zoomAt(corner, 100, { x: 0.5, y: 0.5 }).scale).toBe(MOST_ZOOM);
  });

  it('takes wheels of pixels and of lines for the same', () => {
    expect(wheelFactor(-100, false)).toBeCloseTo(1.22, 1);
    expect(wheelFactor(-3, true)).toBeCloseTo(wheelFactor(-100, false), 1);
    expect(wheelFactor(1e9, false)).toBeGreaterThan(0.5);
  });
});
