// How a player that buffers stays close to the end of what it has. Pure; seconds.

export interface Buffered {
  start: number;
  end: number;
}
export interface Move {
  seek?: number;
  rate: number;
}

// Later than this, speed alone would take too long.
const FAR = 3;
const CLOSE = 0.35;

// `ranges` as the browser has buffered them, rising. `target`: how far from the end to be.
export function chase(ranges: readonly Buffered[], time: number, target = CLOSE): Move {
  const last = ranges.at(-1);
  if (last === undefined) return { rate: 1 };
  const here = ranges.find(({ start, end }) => time >= start - 0.05 && time < end);
  const behind = last.end - time;
  if (behind > FAR || behind < -0.5) return { seek: Math.max(last.start, last.end - target), rate: 1 };
  // Between two ranges: the camera was away, or gave few pictures. What comes after the hole is what there is.
  if (here === undefined) {
    const next = ranges.find(({ start }) => start > time);
    return next === undefined ? { rate: 1 } : { seek: next.start + 0.01, rate: 1 };
  }
  if (behind > target + 0.9) return { rate: 1.3 };
  if (behind > target + 0.3) return { rate: 1.1 };
  return { rate: 1 };
}
