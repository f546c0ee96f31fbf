// How many pictures stand side by side, and where the arrow keys go.

export const LAYOUTS = ['1', '4', '9', '16', 'auto'] as const;
export type Layout = (typeof LAYOUTS)[number];

export const isLayout = (value: unknown): value is Layout => LAYOUTS.includes(value as Layout);

export interface Grid {
  columns: number;
  // Null: all on one page, which scrolls.
  perPage: number | null;
}

const ASPECT = 16 / 9;

// For "auto": the number of columns that makes the pictures largest in this space without scrolling; from nine cameras
// on, pictures stay at least 190 px wide and the page scrolls instead.
function bestColumns(cameras: number, width: number, height: number): number {
  let best = 1;
  let bestWidth = 0;
  for (let columns = 1; columns <= Math.max(1, cameras); ++columns) {
    const rows = Math.ceil(cameras / columns);
    const tile = Math.min(width / columns, (height / rows) * ASPECT);
    // Side by side reads better than a pile, so a little size is given up for it.
    if (tile < bestWidth * 0.95) continue;
    bestWidth = Math.max(bestWidth, tile);
    best = columns;
  }
  return Math.max(1, Math.min(best, Math.floor(width / 190)));
}

export function gridFor(layout: Layout, cameras: number, width: number, height: number): Grid {
  const phone = width < 600;
  switch (layout) {
    case '1':
      return { columns: 1, perPage: 1 };
    case '4':
      return { columns: 2, perPage: 4 };
    case '9':
      return { columns: phone ? 2 : 3, perPage: 9 };
    case '16':
      return { columns: phone ? 2 : 4, perPage: 16 };
    case 'auto':
      return { columns: phone ? 1 : bestColumns(cameras, width, height), perPage: null };
  }
}

export function pageCount(grid: Grid, cameras: number): number {
  return grid.perPage === null ? 1 : Math.max(1, Math.ceil(cameras / grid.perPage));
}

export function onPage<T>(grid: Grid, items: readonly T[], page: number): T[] {
  if (grid.perPage === null) return [...items];
  const last = pageCount(grid, items.length) - 1;
  const start = Math.min(Math.max(0, page), last) * grid.perPage;
  return items.slice(start, start + grid.perPage);
}

// The tile that an arrow key goes to from `index`; the same one at an edge.
export function neighbour(index: number, key: string, columns: number, total: number): number {
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : key === 'ArrowDown' ? columns : key === 'ArrowUp' ? -columns : 0;
  if (key === 'Home') return 0;
  if (key === 'End') return total - 1;
  const target = index + step;
  return target >= 0 && target < total ? target : index;
}
