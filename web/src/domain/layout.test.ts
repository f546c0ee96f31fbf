import { describe, expect, it } from 'vitest';
import { gridFor, neighbour, onPage, pageCount } from './layout';

describe('a layout', () => {
  it('has a fixed number of pictures on a page', () => {
    expect(gridFor('1', 12, 1400, 800)).toEqual({ columns: 1, perPage: 1 });
    expect(gridFor('4', 12, 1400, 800)).toEqual({ columns: 2, perPage: 4 });
    expect(gridFor('9', 12, 1400, 800)).toEqual({ columns: 3, perPage: 9 });
    expect(gridFor('16', 12, 1400, 800)).toEqual({ columns: 4, perPage: 16 });
  });
  it('is narrower on a phone', () => {
    expect(gridFor('auto', 4, 360, 640).columns).toBe(1);
    expect(gridFor('16', 4, 360, 640).columns).toBe(2);
  });
  it('by itself makes the pictures as large as the space allows', () => {
    expect(gridFor('auto', 1, 1200, 700).columns).toBe(1);
    expect(gridFor('auto', 4, 1200, 700).columns).toBe(2);
    expect(gridFor('auto', 2, 1200, 700).columns).toBe(2);
    expect(gridFor('auto', 9, 1200, 700).columns).toBe(3);
    expect(gridFor('auto', 400, 1200, 700).columns).toBe(6);
    expect(gridFor('auto', 0, 1200, 700).columns).toBe(1);
  });
  it('goes on to further pages', () => {
    const grid = gridFor('4', 10, 1200, 700);
    const items = [...Array(10).keys()];
    expect(pageCount(grid, 10)).toBe(3);
    expect(onPage(grid, items, 2)).toEqual([8, 9]);
    expect(onPage(grid, items, 99)).toEqual([8, 9]);
    expect(onPage(grid, items, -1)).toEqual([0, 1, 2, 3]);
    expect(onPage(gridFor('auto', 10, 1200, 700), items, 5)).toEqual(items);
    expect(pageCount(grid, 0)).toBe(1);
  });
  it('is walked with the arrow keys and has edges', () => {
    expect(neighbour(0, 'ArrowRight', 3, 7)).toBe(1);
    expect(neighbour(1, 'ArrowDown', 3, 7)).toBe(4);
    expect(neighbour(5, 'ArrowDown', 3, 7)).toBe(5);
    expect(neighbour(0, 'ArrowUp', 3, 7)).toBe(0);
    expect(neighbour(4, 'Home', 3, 7)).toBe(0);
    expect(neighbour(4, 'End', 3, 7)).toBe(6);
    expect(neighbour(4, 'x', 3, 7)).toBe(4);
  });
});
