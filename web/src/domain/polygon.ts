// Shapes on a picture. Points are [x, y], 0 to 1 of width and height, from the top left.

export type Point = number[];
export type Polygon = Point[];

export const MOST_POINTS = 64;
export const MOST_SHAPES = 32;
// Of the picture; smaller shapes are slips of the hand.
const LEAST_AREA = 0.0005;

const x = (point: Point | undefined): number => point?.[0] ?? 0;
const y = (point: Point | undefined): number => point?.[1] ?? 0;

export const clamped = (px: number, py: number): Point => [px, py].map((value) => Number(Math.min(1, Math.max(0, value)).toFixed(4)));

export function area(polygon: Polygon): number {
  let twice = 0;
  polygon.forEach((point, i) => {
    const next = polygon[(i + 1) % polygon.length];
    twice += x(point) * y(next) - x(next) * y(point);
  });
  return Math.abs(twice) / 2;
}

// By the number of edges that a ray to the right crosses.
export function contains(polygon: Polygon, px: number, py: number): boolean {
  let inside = false;
  polygon.forEach((a, i) => {
    const b = polygon[(i + 1) % polygon.length];
    if (y(a) > py !== y(b) > py && px < x(a) + ((py - y(a)) * (x(b) - x(a))) / (y(b) - y(a))) inside = !inside;
  });
  return inside;
}

const side = (a: Point, b: Point, c: Point): number => Math.sign((x(b) - x(a)) * (y(c) - y(a)) - (y(b) - y(a)) * (x(c) - x(a)));
const crosses = (a: Point, b: Point, c: Point, d: Point): boolean => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

// Which edges cross: the indices of their first points; null when none do.
export function crossing(polygon: Polygon): [number, number] | null {
  const n = polygon.length;
  for (let i = 0; i < n; ++i) {
    for (let j = i + 2; j < n; ++j) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [polygon[i], polygon[(i + 1) % n], polygon[j], polygon[(j + 1) % n]];
      if (a && b && c && d && crosses(a, b, c, d)) return [i, j];
    }
  }
  return null;
}

// What is wrong with a shape, in words; null when nothing is.
export function shapeFault(polygon: Polygon): string | null {
  if (polygon.length < 3) return 'It needs at least three points.';
  if (polygon.length > MOST_POINTS) return `It has more than ${MOST_POINTS} points.`;
  const edges = crossing(polygon);
  if (edges !== null) return `Edges ${edges[0] + 1} and ${edges[1] + 1} cross.`;
  if (area(polygon) < LEAST_AREA) return 'It is too small.';
  return null;
}

export const moved = (polygon: Polygon, index: number, to: Point): Polygon => polygon.map((point, i) => (i === index ? to : point));
export const without = (polygon: Polygon, index: number): Polygon => polygon.filter((_, i) => i !== index);

// A new point in the middle of the edge that begins at `index`.
export function withMidpoint(polygon: Polygon, index: number): Polygon {
  const [a, b] = [polygon[index], polygon[(index + 1) % polygon.length]];
  return [...polygon.slice(0, index + 1), clamped((x(a) + x(b)) / 2, (y(a) + y(b)) / 2), ...polygon.slice(index + 1)];
}

// A shape to begin with when somebody draws without a mouse: the middle third.
export const firstShape = (): Polygon => [clamped(1 / 3, 1 / 3), clamped(2 / 3, 1 / 3), clamped(2 / 3, 2 / 3), clamped(1 / 3, 2 / 3)];

const percent = (value: number): string => `${Number((value * 100).toFixed(1))} %`;
export const pointText = (point: Point): string => `${percent(x(point))} across, ${percent(y(point))} down`;
export const svgPoints = (polygon: Polygon): string => polygon.map((point) => `${x(point)},${y(point)}`).join(' ');
