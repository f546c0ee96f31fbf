// A wall of pictures on a grid of cells, and what can be done to it. Every function gives a new wall.

export interface WallTile {
  camera: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Wall {
  columns: number;
  rows: number;
  tiles: WallTile[];
}

export type Place = Pick<WallTile, 'x' | 'y' | 'width' | 'height'>;

export const MOST_TILES = 64;

// Grids to begin with. One picture may be larger than the others.
export const GRIDS = {
  '2x2': { label: '2 × 2', columns: 2, rows: 2, first: 1 },
  '3x3': { label: '3 × 3', columns: 3, rows: 3, first: 1 },
  '4x4': { label: '4 × 4', columns: 4, rows: 4, first: 1 },
  '1+5': { label: '1 large and 5', columns: 3, rows: 3, first: 2 },
  '1+7': { label: '1 large and 7', columns: 4, rows: 4, first: 3 },
  free: { label: 'Free, 12 × 12', columns: 12, rows: 12, first: 4 },
} as const;
export type GridName = keyof typeof GRIDS;
export const isGrid = (name: string): name is GridName => name in GRIDS;

const overlap = (a: Place, b: Place): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const inside = (wall: Wall, place: Place): boolean =>
  place.x >= 0 && place.y >= 0 && place.width >= 1 && place.height >= 1 && place.x + place.width <= wall.columns && place.y + place.height <= wall.rows;

const free = (wall: Wall, place: Place): boolean => inside(wall, place) && !wall.tiles.some((tile) => overlap(tile, place));

// The first place of that size that nothing lies on, row by row; null where there is none.
function firstFree(wall: Wall, width: number, height: number): Place | null {
  for (let y = 0; y + height <= wall.rows; ++y) {
    for (let x = 0; x + width <= wall.columns; ++x) {
      const place = { x, y, width, height };
      if (free(wall, place)) return place;
    }
  }
  return null;
}

// As large as asked for, or else smaller until it fits.
function placeFor(wall: Wall, width: number, height: number): Place | null {
  for (let w = width, h = height; w >= 1 && h >= 1; w -= 1, h -= 1) {
    const place = firstFree(wall, w, h);
    if (place !== null) return place;
  }
  return firstFree(wall, 1, 1);
}

// Null: there is no room, or it is there already.
export function addCamera(wall: Wall, camera: string): Wall | null {
  if (wall.tiles.length >= MOST_TILES || wall.tiles.some((tile) => tile.camera === camera)) return null;
  const last = wall.tiles.at(-1);
  const place = placeFor(wall, last?.width ?? 1, last?.height ?? 1);
  return place === null ? null : { ...wall, tiles: [...wall.tiles, { camera, ...place }] };
}

export function removeCamera(wall: Wall, camera: string): Wall {
  return { ...wall, tiles: wall.tiles.filter((tile) => tile.camera !== camera) };
}

// Puts the camera there. Who lay there goes where the camera was if it fits, else to the first free place. Null when the
// place is not on the wall, or somebody would have nowhere to go.
export function putCamera(wall: Wall, camera: string, place: Place): Wall | null {
  const mine = wall.tiles.find((tile) => tile.camera === camera);
  if (mine === undefined || !inside(wall, place)) return null;
  const moved: WallTile = { camera, ...place };
  const others = wall.tiles.filter((tile) => tile !== mine);
  let next: Wall = { ...wall, tiles: [moved, ...others.filter((tile) => !overlap(tile, place))] };
  for (const tile of others.filter((one) => overlap(one, place))) {
    const swapped = { x: mine.x, y: mine.y, width: tile.width, height: tile.height };
    const to = free(next, swapped) ? swapped : firstFree(next, tile.width, tile.height);
    if (to === null) return null;
    next = { ...next, tiles: [...next.tiles, { camera: tile.camera, ...to }] };
  }
  // The order of the tiles is the order in which they were put up.
  const order = new Map(wall.tiles.map((tile, i) => [tile.camera, i]));
  return { ...next, tiles: [...next.tiles].sort((a, b) => (order.get(a.camera) ?? 0) - (order.get(b.camera) ?? 0)) };
}

// The cameras on another grid, in reading order. Those that find no room are left out.
export function arrange(cameras: readonly string[], grid: GridName): Wall {
  const { columns, rows, first } = GRIDS[grid];
  let wall: Wall = { columns, rows, tiles: [] };
  for (const [i, camera] of cameras.entries()) {
    const side = grid === 'free' || i === 0 ? first : 1;
    const place = placeFor(wall, side, side);
    if (place === null || wall.tiles.length >= MOST_TILES) break;
    wall = { ...wall, tiles: [...wall.tiles, { camera, ...place }] };
  }
  return wall;
}

export const readingOrder = (wall: Wall): WallTile[] => [...wall.tiles].sort((a, b) => a.y - b.y || a.x - b.x);

// The smallest of the square grids that has room for all of them.
export const gridForCount = (count: number): GridName => (count <= 4 ? '2x2' : count <= 9 ? '3x3' : '4x4');

// The grid that the wall was begun with, as far as it can be told; null for one of another size.
export function gridOf(wall: Wall): GridName | null {
  const widest = Math.max(1, ...wall.tiles.map((tile) => tile.width));
  const same = Object.keys(GRIDS).filter((name): name is GridName => isGrid(name) && GRIDS[name].columns === wall.columns && GRIDS[name].rows === wall.rows);
  return same.find((name) => GRIDS[name].first === widest) ?? same[0] ?? null;
}

// What an arrow key does to a tile: with Shift it grows or shrinks, else it moves.
export function nudged(place: Place, key: string, size: boolean): Place | null {
  const dx = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  const dy = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0;
  if (dx === 0 && dy === 0) return null;
  return size ? { ...place, width: place.width + dx, height: place.height + dy } : { ...place, x: place.x + dx, y: place.y + dy };
}

// The tile that lies next in the direction of an arrow key, nearest first; the same one at an edge.
export function tileBeside(tiles: readonly Place[], index: number, key: string): number {
  const from = tiles[index];
  if (from === undefined) return index;
  const middle = (place: Place) => ({ x: place.x + place.width / 2, y: place.y + place.height / 2 });
  const here = middle(from);
  let best = index;
  let least = Infinity;
  for (const [i, tile] of tiles.entries()) {
    const there = middle(tile);
    const dx = there.x - here.x;
    const dy = there.y - here.y;
    const along = key === 'ArrowRight' ? dx : key === 'ArrowLeft' ? -dx : key === 'ArrowDown' ? dy : -dy;
    const across = key === 'ArrowRight' || key === 'ArrowLeft' ? Math.abs(dy) : Math.abs(dx);
    if (i === index || along <= 0 || across > along) continue;
    if (along + 2 * across < least) {
      least = along + 2 * across;
      best = i;
    }
  }
  return best;
}
