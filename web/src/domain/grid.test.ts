import { describe, expect, it } from 'vitest';
import { inView, moved, placeOf, shapeOf, totalHeight } from './grid';

const shape = shapeOf(4 * 160 + 3 * 8);

describe('A grid of pictures', () => {
  it('has as many beside each other as fit, and at least one', () => {
    expect(shape).toEqual({ columns: 4, width: 160, height: 120, gap: 8 });
    expect(shapeOf(360).columns).toBe(2);
    expect(shapeOf(0).columns).toBe(1);
    const wide = shapeOf(1000);
    expect(wide.columns * wide.width + (wide.columns - 1) * wide.gap).toBeCloseTo(1000);
  });

  it('knows where each stands', () => {
    expect(totalHeight(0, shape)).toBe(0);
    expect(totalHeight(4, shape)).toBe(120);
    expect(totalHeight(5, shape)).toBe(248);
    expect(placeOf(5, shape)).toEqual({ x: 168, y: 128 });
  });

  it('shows of 7,200 only those that are in view, and a little more', () => {
    expect(inView(7200, shape, 0, 800)).toEqual({ first: 0, end: 36 });
    const middle = inView(7200, shape, 100_000, 100_800);
    expect(middle.end - middle.first).toBeLessThan(60);
    expect(placeOf(middle.first, shape).y).toBeLessThan(100_000);
    expect(placeOf(middle.end, shape).y).toBeGreaterThan(100_800);
    expect(inView(7200, shape, -5000, -4000).first).toBe(0);
    expect(inView(10, shape, 100_000, 100_800)).toEqual({ first: 10, end: 10 });
  });

  it('is walked by keys', () => {
    const go = (key: string, index: number, count = 10) => moved(key, index, count, shape, 2);
    expect(go('ArrowRight', 9)).toBe(9);
    expect(go('ArrowLeft', 0)).toBe(0);
    expect(go('ArrowDown', 1)).toBe(5);
    expect(go('ArrowUp', 5)).toBe(1);
    expect(go('ArrowUp', 1)).toBe(1);
    // The last row is shorter.
    expect(go('ArrowDown', 7)).toBe(9);
    expect(go('ArrowDown', 9)).toBe(9);
    expect(go('PageDown', 1)).toBe(9);
    expect(go('PageUp', 5)).toBe(1);
    expect(go('Home', 5)).toBe(0);
    expect(go('End', 5)).toBe(9);
    expect(go('a', 5)).toBeNull();
  });
});
