// A part of a picture, enlarged: `x` and `y` are where the picture's top left corner lies, in parts of its frame (0 and
// less), once it is `scale` times as large as the frame.

export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
export const MOST_ZOOM = 8;

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

// The frame is always full.
const held = ({ scale, x, y }: Zoom): Zoom => ({ scale, x: within(x, 1 - scale, 0), y: within(y, 1 - scale, 0) });

// What lies at the point (0..1 of the frame) stays there.
export function zoomAt(zoom: Zoom, factor: number, at: { x: number; y: number }): Zoom {
  const scale = within(zoom.scale * factor, 1, MOST_ZOOM);
  const grown = scale / zoom.scale;
  return held({ scale, x: at.x - (at.x - zoom.x) * grown, y: at.y - (at.y - zoom.y) * grown });
}

// By parts of the frame.
export const panned = (zoom: Zoom, dx: number, dy: number): Zoom => held({ ...zoom, x: zoom.x + dx, y: zoom.y + dy });

// A turn of the wheel, whatever its unit, as a factor: a notch is about a fifth.
export const wheelFactor = (deltaY: number, lines: boolean): number => Math.exp(-within(lines ? deltaY * 33 : deltaY, -200, 200) / 500);
