import { describe, expect, it } from 'vitest';
import { area, clamped, contains, crossing, firstShape, moved, pointText, shapeFault, withMidpoint, without } from './polygon';

const square = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const bow = [
  [0, 0],
  [1, 1],
  [1, 0],
  [0, 1],
];

describe('a shape', () => {
  it('has an area, whichever way it turns', () => {
    expect(area(square)).toBe(1);
    expect(area([...square].reverse())).toBe(1);
    expect(area(square.slice(0, 3))).toBe(0.5);
  });
  it('contains points, also where it bends inwards', () => {
    const ell = [[0, 0], [1, 0], [1, 0.5], [0.5, 0.5], [0.5, 1], [0, 1]];
    expect([[0.2, 0.2], [0.9, 0.4], [0.4, 0.9], [0.8, 0.8], [1.2, 0.2], [-0.1, 0.2]].map(([x = 0, y = 0]) => contains(ell, x, y))).toEqual([true, true, true, false, false, false]);
    expect(contains([], 0.5, 0.5)).toBe(false);
  });
  it('may not cross itself, and says where it does', () => {
    expect(crossing(square)).toBeNull();
    expect(crossing(bow)).toEqual([0, 2]);
    expect(shapeFault(bow)).toBe('Edges 1 and 3 cross.');
  });
  it('needs three points and some size', () => {
    expect(shapeFault(square.slice(0, 2))).toMatch(/three/);
    expect(shapeFault([[0, 0], [0.01, 0], [0, 0.01]])).toMatch(/small/);
    expect(shapeFault(Array.from({ length: 65 }, (_, i) => [Math.cos(i / 11) / 2 + 0.5, Math.sin(i / 11) / 2 + 0.5]))).toMatch(/64/);
    expect(shapeFault(square)).toBeNull();
    expect(shapeFault(firstShape())).toBeNull();
  });
  it('never leaves the picture', () => {
    expect(clamped(-0.2, 1.7)).toEqual([0, 1]);
    expect(clamped(0.123456, 0.5)).toEqual([0.1235, 0.5]);
  });
  it('is changed point by point', () => {
    expect(withMidpoint(square, 3)[4]).toEqual([0, 0.5]);
    expect(withMidpoint(square, 0)).toHaveLength(5);
    expect(without(square, 0)).toEqual(square.slice(1));
    expect(moved(square, 1, [0.5, 0.5])[1]).toEqual([0.5, 0.5]);
    expect(square[1]).toEqual([1, 0]);
  });
  it('is spoken', () => {
    expect(pointText([0.42, 0.7135])).toBe('42 % across, 71.4 % down');
  });
  it('with random points is judged the same whichever point comes first', () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; ++round) {
      const shape = Array.from({ length: 3 + (round % 6) }, () => [random(), random()]);
      const turned = [...shape.slice(1), ...shape.slice(0, 1)];
      expect(crossing(turned) === null).toBe(crossing(shape) === null);
      expect(area(turned)).toBeCloseTo(area(shape), 10);
    }
  });
});
