// Which part of its box an object fills: run lengths over rows of a grid, beginning with what is not the object.

export interface ObjectMask {
  width: number;
  height: number;
  runs: number[];
}

// From x1, y1 to x2, y2, as parts of the box's sides.
export type Edge = [number, number, number, number];

const MOST_CELLS = 1 << 22;

function cellsOf({ width, height, runs }: ObjectMask): Uint8Array | null {
  const size = width * height;
  if (!(width > 0 && height > 0 && size <= MOST_CELLS)) return null;
  const cells = new Uint8Array(size);
  let at = 0;
  runs.forEach((run, index) => {
    if (index % 2 === 1) cells.fill(1, at, at + run);
    at += run;
  });
  return cells;
}

// The lines between what is the object and what is not; those in one line are one.
export function maskEdges(mask: ObjectMask): Edge[] {
  const cells = cellsOf(mask);
  if (cells === null) return [];
  const { width, height } = mask;
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && cells[y * width + x] === 1;
  const edges: Edge[] = [];
  const scan = (lines: number, length: number, differs: (line: number, at: number) => boolean, add: (line: number, from: number, to: number) => void) => {
    for (let line = 0; line <= lines; line++) {
      let from = -1;
      for (let at = 0; at <= length; at++) {
        const here = at < length && differs(line, at);
        if (here && from < 0) from = at;
        if (!here && from >= 0) {
          add(line, from, at);
          from = -1;
        }
      }
    }
  };
  scan(height, width, (y, x) => inside(x, y - 1) !== inside(x, y), (y, from, to) => edges.push([from / width, y / height, to / width, y / height]));
  scan(width, height, (x, y) => inside(x - 1, y) !== inside(x, y), (x, from, to) => edges.push([x / width, from / height, x / width, to / height]));
  return edges;
}
