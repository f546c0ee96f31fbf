import { describe, expect, it } from 'vitest';
import { addCamera, arrange, gridForCount, gridOf, nudged, putCamera, readingOrder, removeCamera, tileBeside, type Wall } from './wall';

const two: Wall = {
  columns: 3,
  rows: 2,
  tiles: [
    { camera: 'a', x: 0, y: 0, width: 2, height: 2 },
    { camera: 'b', x: 2, y: 0, width: 1, height: 1 },
  ],
};
const at = (wall: Wall | null, camera: string) => wall?.tiles.find((tile) => tile.camera === camera);

describe('a wall', () => {
  it('takes cameras in reading order, the first one large where the grid says so', () => {
    const wall = arrange(['a', 'b', 'c', 'd', 'e', 'f', 'g'], '1+5');
    expect(at(wall, 'a')).toEqual({ camera: 'a', x: 0, y: 0, width: 2, height: 2 });
    expect(at(wall, 'b')).toEqual({ camera: 'b', x: 2, y: 0, width: 1, height: 1 });
    expect(wall.tiles).toHaveLength(6);
    expect(readingOrder(wall).map((tile) => tile.camera)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('gives a new camera the first free place, and none when it is full or there already', () => {
    const three = addCamera(two, 'c');
    expect(at(three, 'c')).toEqual({ camera: 'c', x: 2, y: 1, width: 1, height: 1 });
    expect(addCamera(three ?? two, 'd')).toBeNull();
    expect(addCamera(two, 'a')).toBeNull();
    expect(removeCamera(two, 'a').tiles).toHaveLength(1);
  });

  it('swaps pictures of one size', () => {
    const wall = arrange(['a', 'b'], '2x2');
    const swapped = putCamera(wall, 'a', { x: 1, y: 0, width: 1, height: 1 });
    expect(at(swapped, 'a')).toMatchObject({ x: 1, y: 0 });
    expect(at(swapped, 'b')).toMatchObject({ x: 0, y: 0 });
    expect(swapped?.tiles.map((tile) => tile.camera)).toEqual(['a', 'b']);
  });

  it('moves who is in the way to a free place, and refuses where there is none', () => {
    const pushed = putCamera(two, 'a', { x: 1, y: 0, width: 2, height: 2 });
    expect(at(pushed, 'a')).toMatchObject({ x: 1, y: 0, width: 2 });
    expect(at(pushed, 'b')).toMatchObject({ x: 0, y: 0 });
    expect(putCamera(two, 'a', { x: 0, y: 0, width: 3, height: 2 })).toBeNull();
    expect(putCamera(two, 'a', { x: 2, y: 0, width: 2, height: 1 })).toBeNull();
    expect(putCamera(two, 'none', { x: 0, y: 0, width: 1, height: 1 })).toBeNull();
  });

  it('is arranged by keys', () => {
    const place = { x: 1, y: 1, width: 2, height: 1 };
    expect(nudged(place, 'ArrowLeft', false)).toEqual({ ...place, x: 0 });
    expect(nudged(place, 'ArrowDown', true)).toEqual({ ...place, height: 2 });
    expect(nudged(place, 'Enter', false)).toBeNull();
  });

  it('finds the picture beside another', () => {
    const tiles = arrange(['a', 'b', 'c', 'd', 'e', 'f'], '1+5').tiles;
    expect(tileBeside(tiles, 0, 'ArrowRight')).toBe(1);
    expect(tileBeside(tiles, 1, 'ArrowDown')).toBe(2);
    expect(tileBeside(tiles, 0, 'ArrowDown')).toBe(3);
    expect(tileBeside(tiles, 1, 'ArrowUp')).toBe(1);
  });

  it('tells which grid it was begun with', () => {
    expect((['2x2', '3x3', '1+5', '4x4', '1+7', 'free'] as const).map((grid) => gridOf(arrange(['a', 'b', 'c'], grid)))).toEqual(['2x2', '3x3', '1+5', '4x4', '1+7', 'free']);
    expect(gridOf({ ...two, rows: 7 })).toBeNull();
  });

  it('begins with a grid that has room for all', () => {
    expect([4, 5, 9, 10].map(gridForCount)).toEqual(['2x2', '3x3', '3x3', '4x4']);
  });
});
