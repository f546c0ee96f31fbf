import { expect, it } from 'vitest';
import { maskEdges } from './mask';

it('draws the edges of what is set', () => {
  // The upper left quarter of two by two.
  expect(maskEdges({ width: 2, height: 2, runs: [0, 1, 3] })).toEqual([
    [0, 0, 0.5, 0],
    [0, 0.5, 0.5, 0.5],
    [0, 0, 0, 0.5],
    [0.5, 0, 0.5, 0.5],
  ]);
});

it('joins edges that lie in one line', () => {
  expect(maskEdges({ width: 4, height: 2, runs: [0, 8] })).toEqual([
    [0, 0, 1, 0],
    [0, 1, 1, 1],
    [0, 0, 0, 1],
    [1, 0, 1, 1],
  ]);
});

it('draws the edges of holes too', () => {
  expect(maskEdges({ width: 3, height: 3, runs: [0, 4, 1, 4] })).toHaveLength(8);
});

it('draws nothing of a mask that is none', () => {
  expect(maskEdges({ width: 0, height: 0, runs: [] })).toEqual([]);
  expect(maskEdges({ width: 1e6, height: 1e6, runs: [0, 5] })).toEqual([]);
  expect(maskEdges({ width: 2, height: 2, runs: [4] })).toEqual([]);
  // Longer than its grid.
  expect(maskEdges({ width: 1, height: 1, runs: [0, 50] })).toHaveLength(4);
});
