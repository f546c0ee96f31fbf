// Where the pictures of a long list stand, and which of them are in view. Pure.

export interface GridShape {
  columns: number;
  // Of one picture with its caption, in pixels.
  width: number;
  height: number;
  gap: number;
}

const LEAST_WIDTH = 160;
const CAPTION = 30;
const GAP = 8;

// As many as fit beside each other; a picture is 16:9.
export function shapeOf(width: number): GridShape {
  const columns = Math.max(1, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
  const each = Math.max(LEAST_WIDTH, (width - GAP * (columns - 1)) / columns);
  return { columns, width: each, height: Math.round((each * 9) / 16) + CAPTION, gap: GAP };
}

export const rowsOf = (count: number, shape: GridShape): number => Math.ceil(count / shape.columns);

export const totalHeight = (count: number, shape: GridShape): number => {
  const rows = rowsOf(count, shape);
  return rows === 0 ? 0 : rows * (shape.height + shape.gap) - shape.gap;
};

export const placeOf = (index: number, shape: GridShape): { x: number; y: number } => ({
  x: (index % shape.columns) * (shape.width + shape.gap),
  y: Math.floor(index / shape.columns) * (shape.height + shape.gap),
});

// Indices from `first` to before `end` that are between `top` and `bottom`, measured from the grid's own top, with some rows more on both sides.
export function inView(count: number, shape: GridShape, top: number, bottom: number, more = 2): { first: number; end: number } {
  const row = shape.height + shape.gap;
  const first = Math.max(0, Math.floor(top / row) - more);
  const last = Math.max(0, Math.ceil(bottom / row) + more);
  return { first: Math.min(count, first * shape.columns), end: Math.max(0, Math.min(count, last * shape.columns)) };
}

// Where a key leads; null: it is none of ours.
export function moved(key: string, index: number, count: number, shape: GridShape, pageRows: number): number | null {
  const keep = (to: number) => Math.min(count - 1, Math.max(0, to));
  // Up and down stay in their column, and do not end up in another row than the last.
  const down = (rows: number) => {
    const to = index + rows * shape.columns;
    return to >= 0 && to < count ? to : rows > 0 && rowsOf(index + 1, shape) < rowsOf(count, shape) ? count - 1 : to < 0 && index >= shape.columns ? index % shape.columns : index;
  };
  switch (key) {
    case 'ArrowRight':
      return keep(index + 1);
    case 'ArrowLeft':
      return keep(index - 1);
    case 'ArrowDown':
      return down(1);
    case 'ArrowUp':
      return down(-1);
    case 'PageDown':
      return down(Math.max(1, pageRows));
    case 'PageUp':
      return down(-Math.max(1, pageRows));
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
