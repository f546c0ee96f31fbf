import { type RefObject, useEffect, useRef } from 'react';
import { watchObservations } from '../api/observations';
import { boxStyle, contentBox, ObservationRing, type Outline, type Shown } from '../domain/overlay';
import { FrameClock } from './frameClock';

// What boxes are drawn over.
type Shows = HTMLImageElement | HTMLVideoElement;

const sizeOf = (shows: Shows): [number, number] =>
  shows instanceof HTMLVideoElement ? [shows.videoWidth, shows.videoHeight] : [shows.naturalWidth, shows.naturalHeight];

interface OverlayProps {
  cameraId: string;
  image: RefObject<Shows | null>;
  // When the picture shown was captured, Unix seconds by the server's clock; or what tells it of each frame.
  captured: number | null | FrameClock;
  filter?: BoxFilter | undefined;
}

// Boxes that are left out are drawn faintly; `onCount` hears how many there are of both.
export interface BoxFilter {
  stays: (box: Shown) => boolean;
  onCount: (shown: number, leftOut: number) => void;
}

const timeOf = (captured: number | null | FrameClock): number | null => (captured instanceof FrameClock ? captured.captured : captured);

const HALO = 'rgb(0 0 0 / 70%)';
const INK = '#0A0C0E';

// Boxes, words and trails over a camera's picture, drawn at the time of the picture. Subscribed to only while it is
// there. For eyes alone: what is seen is in words on the page of detections.
export function Overlay({ cameraId, image, captured, filter }: OverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ring = useRef(new ObservationRing());
  const time = useRef(captured);
  time.current = captured;
  const latest = useRef(filter);
  latest.current = filter;

  useEffect(() => {
    const kept = ring.current;
    let asked = 0;
    const draw = () => {
      asked = 0;
      const at = timeOf(time.current);
      show(canvas.current, image.current, at === null ? [] : kept.at(at), latest.current);
    };
    // The observation of a picture may come after it: both are a reason to draw.
    const ask = () => {
      if (asked === 0) asked = requestAnimationFrame(draw);
    };
    const stop = watchObservations(cameraId, (observation) => {
      kept.push(observation);
      ask();
    });
    const stopFrames = time.current instanceof FrameClock ? time.current.subscribe(ask) : () => undefined;
    const resized = new ResizeObserver(ask);
    if (canvas.current !== null) resized.observe(canvas.current);
    return () => {
      stop();
      stopFrames();
      resized.disconnect();
      cancelAnimationFrame(asked);
      kept.clear();
    };
  }, [cameraId, image]);

  useEffect(() => {
    const at = timeOf(captured);
    show(canvas.current, image.current, at === null ? [] : ring.current.at(at), filter);
  }, [captured, image, filter]);

  return <canvas ref={canvas} aria-hidden="true" data-overlay="" className="pointer-events-none absolute inset-0 size-full" />;
}

export function show(canvas: HTMLCanvasElement | null, image: Shows | null, boxes: Shown[], filter?: BoxFilter): void {
  if (canvas === null || image === null) return;
  const kept = filter === undefined ? boxes : boxes.filter(filter.stays);
  const leftOut = filter === undefined ? [] : boxes.filter((box) => !filter.stays(box));
  filter?.onCount(kept.length, leftOut.length);
  paint(canvas, image, kept, leftOut);
}

function paint(canvas: HTMLCanvasElement, image: Shows, boxes: Shown[], leftOut: Shown[]): void {
  const density = window.devicePixelRatio || 1;
  const { clientWidth, clientHeight } = canvas;
  const width = Math.round(clientWidth * density);
  const height = Math.round(clientHeight * density);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  canvas.dataset.boxes = String(boxes.length);
  if (boxes.length + leftOut.length === 0) return;
  context.scale(density, density);
  const place = contentBox(clientWidth, clientHeight, ...sizeOf(image));
  // Words on small tiles would hide more than they tell.
  const words = place.width >= 320;
  for (const box of leftOut) paintLeftOut(context, box, place);
  // A box may reach beyond the picture; the bars beside it are none of it.
  context.save();
  context.beginPath();
  context.rect(place.left, place.top, place.width, place.height);
  context.clip();
  for (const box of boxes) paintBox(context, box, place, words);
  context.restore();
}

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

function paintLeftOut(context: CanvasRenderingContext2D, box: Shown, place: Place): void {
  context.globalAlpha = 0.6;
  context.setLineDash([3, 5]);
  context.beginPath();
  context.rect(place.left + box.x * place.width, place.top + box.y * place.height, box.w * place.width, box.h * place.height);
  stroke(context, '#FFFFFF', 1);
  context.globalAlpha = 1;
}

function paintBox(context: CanvasRenderingContext2D, box: Shown, place: Place, words: boolean): void {
  const { colour, dash } = boxStyle(box.label);
  const x = place.left + box.x * place.width;
  const y = place.top + box.y * place.height;
  const w = box.w * place.width;
  const h = box.h * place.height;
  context.globalAlpha = box.coasting ? 0.5 : 1;
  context.lineJoin = 'round';

  context.setLineDash([]);
  if (box.trail.length > 1) {
    context.beginPath();
    for (const [tx, ty] of box.trail) context.lineTo(place.left + tx * place.width, place.top + ty * place.height);
    stroke(context, colour, 1.5);
  }
  if (box.outline !== undefined) paintOutline(context, box.outline, place, colour);
  context.beginPath();
  context.rect(x, y, w, h);
  context.strokeStyle = HALO;
  context.lineWidth = 4;
  context.stroke();
  context.setLineDash(box.coasting ? [4, 4] : dash);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.stroke();
  if (words) paintChip(context, box, colour, x, y, place);
  context.globalAlpha = 1;
}

function paintOutline(context: CanvasRenderingContext2D, { x, y, w, h, edges }: Outline, place: Place, colour: string): void {
  const across = (part: number) => place.left + (x + part * w) * place.width;
  const down = (part: number) => place.top + (y + part * h) * place.height;
  context.beginPath();
  for (const [x1, y1, x2, y2] of edges) {
    context.moveTo(across(x1), down(y1));
    context.lineTo(across(x2), down(y2));
  }
  stroke(context, colour, 1.5);
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = HALO;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function paintChip(context: CanvasRenderingContext2D, box: Shown, colour: string, x: number, y: number, place: { left: number; top: number; width: number }): void {
  const text = box.id === undefined ? box.label : `${box.label} ${box.id}`;
  context.font = '600 12px system-ui, sans-serif';
  const width = context.measureText(text).width + 8;
  // Within the picture, whatever part of the box is.
  const left = Math.max(place.left, Math.min(x - 1, place.left + place.width - width));
  const at = y - 18 >= place.top ? y - 18 : y;
  context.fillStyle = colour;
  context.fillRect(left, at, width, 18);
  context.fillStyle = INK;
  context.textBaseline = 'middle';
  context.fillText(text, left + 4, at + 9);
}
