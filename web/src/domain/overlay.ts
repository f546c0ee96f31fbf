// Which boxes belong on a picture: observations of the last seconds, by the time at which their frame was captured.
// Observations and pictures carry the same server time, so that nothing depends on this device's clock.

import { type Edge, maskEdges, type ObjectMask } from './mask';

export interface SeenObject {
  x: number;
  y: number;
  w: number;
  h: number;
  id?: number | undefined;
  roi_type: string;
  detection: { confidence: number };
  vigil: { state: string; stationary: boolean; box: number[]; detected_box?: number[] | undefined; mask?: ObjectMask | undefined };
}

export interface Observation {
  resolution: { width: number; height: number };
  objects: SeenObject[];
  vigil: { captured: number };
}

export interface Shown {
  // 0..1 of the picture.
  x: number;
  y: number;
  w: number;
  h: number;
  label: string;
  id: number | undefined;
  confidence: number;
  // The most that its track had within the last seconds: a track goes on with less than it began with.
  best: number;
  coasting: boolean;
  stationary: boolean;
  // Where the middle of its lower edge was, oldest first.
  trail: [number, number][];
  // The outline of what it fills, where the model says so.
  outline: Outline | undefined;
}

// Edges as parts of a box, which is 0..1 of the picture.
export interface Outline {
  x: number;
  y: number;
  w: number;
  h: number;
  edges: Edge[];
}

const KEEP_S = 5;
// Between two observations of a track, boxes are interpolated over at most so much; beyond it nothing is drawn, and
// nothing is ever extrapolated.
const LONGEST_GAP_S = 0.3;
const TRAIL_S = 2;
// Where something is that was not seen for longer than this is a guess that helps nobody who looks at a picture.
const COASTING_S = 0.5;

const placed = (object: SeenObject, { resolution }: Observation) => {
  const [x = object.x, y = object.y, w = object.w, h = object.h] = object.vigil.box;
  return { x: x / resolution.width, y: y / resolution.height, w: w / resolution.width, h: h / resolution.height };
};

const edgesOf = new WeakMap<ObjectMask, Edge[]>();

// Masks cover the detector's box, which goes with the tracker's where that is moved between two observations.
function outlineOf(object: SeenObject, { x, y, w, h }: { x: number; y: number; w: number; h: number }): Outline | undefined {
  const { mask, box, detected_box: detected } = object.vigil;
  if (mask === undefined || detected === undefined) return undefined;
  let edges = edgesOf.get(mask);
  if (edges === undefined) edgesOf.set(mask, (edges = maskEdges(mask)));
  const [bx = 0, by = 0, bw = 0, bh = 0] = box;
  const [dx = bx, dy = by, dw = bw, dh = bh] = detected;
  if (!(bw > 0 && bh > 0)) return undefined;
  return { x: x + ((dx - bx) / bw) * w, y: y + ((dy - by) / bh) * h, w: (dw / bw) * w, h: (dh / bh) * h, edges };
}

const between = (a: number, b: number, part: number): number => a + (b - a) * part;

export class ObservationRing {
  private ring: Observation[] = [];

  push(observation: Observation): void {
    const newest = this.ring.at(-1);
    // The server's clock was set back, or another source plays: begin anew.
    if (newest !== undefined && observation.vigil.captured < newest.vigil.captured - KEEP_S) this.ring = [];
    this.ring.push(observation);
    if (newest !== undefined && observation.vigil.captured < newest.vigil.captured) {
      this.ring.sort((a, b) => a.vigil.captured - b.vigil.captured);
    }
    const oldest = (this.ring.at(-1)?.vigil.captured ?? 0) - KEEP_S;
    while ((this.ring[0]?.vigil.captured ?? oldest) < oldest) this.ring.shift();
  }

  clear(): void {
    this.ring = [];
  }

  // What is to be drawn on the picture captured at `time` (Unix seconds).
  at(time: number): Shown[] {
    let after = this.ring.findIndex((one) => one.vigil.captured >= time);
    if (after < 0) after = this.ring.length;
    const before = this.ring[after - 1];
    const next = this.ring[after];
    const sinceBefore = before === undefined ? Infinity : time - before.vigil.captured;
    const untilNext = next === undefined ? Infinity : next.vigil.captured - time;
    if (before !== undefined && next !== undefined && sinceBefore + untilNext <= LONGEST_GAP_S && untilNext > 0) {
      return this.interpolated(before, next, sinceBefore / (sinceBefore + untilNext), time);
    }
    const nearest = untilNext <= sinceBefore ? next : before;
    if (nearest === undefined || Math.min(sinceBefore, untilNext) > LONGEST_GAP_S) return [];
    return this.worthShowing(nearest, time).map((object) => this.shown(object, placed(object, nearest), time));
  }

  private worthShowing(observation: Observation, time: number): SeenObject[] {
    const seen = (id: number | undefined) =>
      this.ring.some(
        (one) => one.vigil.captured > time - COASTING_S && one.vigil.captured <= time + LONGEST_GAP_S && one.objects.some((object) => object.id === id && object.vigil.state !== 'coasting'),
      );
    return observation.objects.filter((object) => object.vigil.state !== 'coasting' || object.vigil.stationary || seen(object.id));
  }

  private interpolated(before: Observation, next: Observation, part: number, time: number): Shown[] {
    return this.worthShowing(before, time).map((object) => {
      const from = placed(object, before);
      const later = object.id === undefined ? undefined : next.objects.find(({ id }) => id === object.id);
      if (later === undefined) return this.shown(object, from, time);
      const to = placed(later, next);
      const box = { x: between(from.x, to.x, part), y: between(from.y, to.y, part), w: between(from.w, to.w, part), h: between(from.h, to.h, part) };
      return this.shown(object, box, time);
    });
  }

  private shown(object: SeenObject, box: { x: number; y: number; w: number; h: number }, time: number): Shown {
    return {
      ...box,
      label: object.roi_type,
      id: object.id,
      confidence: object.detection.confidence,
      best: object.id === undefined ? object.detection.confidence : this.best(object.id, time),
      coasting: object.vigil.state === 'coasting',
      stationary: object.vigil.stationary,
      outline: outlineOf(object, box),
      trail: object.id === undefined || object.vigil.stationary ? [] : this.trail(object.id, time),
    };
  }

  private best(id: number, time: number): number {
    let best = 0;
    for (const one of this.ring) {
      if (one.vigil.captured > time + LONGEST_GAP_S) break;
      for (const object of one.objects) if (object.id === id) best = Math.max(best, object.detection.confidence);
    }
    return best;
  }

  private trail(id: number, time: number): [number, number][] {
    const points: [number, number][] = [];
    for (const one of this.ring) {
      if (one.vigil.captured > time) break;
      if (one.vigil.captured < time - TRAIL_S) continue;
      const object = one.objects.find((each) => each.id === id);
      if (object === undefined) continue;
      const { x, y, w, h } = placed(object, one);
      points.push([x + w / 2, y + h]);
    }
    return points;
  }
}

// The part of a box that a picture fills when it is shown whole (object-fit: contain), in pixels.
export function contentBox(width: number, height: number, pictureWidth: number, pictureHeight: number): { left: number; top: number; width: number; height: number } {
  if (pictureWidth <= 0 || pictureHeight <= 0) return { left: 0, top: 0, width, height };
  const scale = Math.min(width / pictureWidth, height / pictureHeight);
  const w = pictureWidth * scale;
  const h = pictureHeight * scale;
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}

export interface BoxStyle {
  colour: string;
  dash: number[];
}

// Told apart by people who see colours differently, on any picture: the line lies on a dark halo, and word and number
// are always on the chip.
export function boxStyle(label: string): BoxStyle {
  if (label === 'person') return { colour: '#F6EB24', dash: [] };
  if (['car', 'van', 'truck', 'bus', 'train'].includes(label)) return { colour: '#8ED5FD', dash: [] };
  if (['bicycle', 'motorcycle'].includes(label)) return { colour: '#258E6A', dash: [10, 5] };
  if (['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'].includes(label)) return { colour: '#FEB79E', dash: [2, 4] };
  if (['backpack', 'handbag', 'suitcase', 'package'].includes(label)) return { colour: '#B15F9A', dash: [8, 4, 2, 4] };
  return { colour: '#FFFFFF', dash: [] };
}
