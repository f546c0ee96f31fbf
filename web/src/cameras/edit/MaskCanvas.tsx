import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { clamped, crossing, moved, type Point, pointText, type Polygon, shapeFault, svgPoints, withMidpoint, without } from '../../domain/polygon';
import type { Masks } from './useMasks';

// Within so many pixels of its first point a click closes a shape.
const CLOSE_PX = 14;
const SMALL = 0.001;
const LARGE = 0.01;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface MaskCanvasProps {
  picture: string;
  editor: Masks;
  describedBy: string;
}

export function MaskCanvas({ picture, editor, describedBy }: MaskCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const dragged = useRef<number | null>(null);
  const [cursor, setCursor] = useState<Point | null>(null);
  const { masks, selected, draft } = editor;
  const current = selected === null ? undefined : masks[selected];

  const drawing = draft !== null;
  useEffect(() => {
    if (drawing) box.current?.focus({ preventScroll: true });
  }, [drawing]);

  const at = (event: PointerEvent): Point => {
    const { left, top, width, height } = (box.current as HTMLDivElement).getBoundingClientRect();
    return clamped((event.clientX - left) / width, (event.clientY - top) / height);
  };
  const near = (a: Point | undefined, b: Point): boolean => {
    if (a === undefined || box.current === null) return false;
    return Math.hypot(((a[0] ?? 0) - (b[0] ?? 0)) * box.current.clientWidth, ((a[1] ?? 0) - (b[1] ?? 0)) * box.current.clientHeight) <= CLOSE_PX;
  };
  const close = (shape: Polygon) => {
    editor.draw(null);
    setCursor(null);
    if (shape.length >= 3) editor.set([...masks, shape], masks.length);
  };
  const replace = (shape: Polygon) => masks.map((mask, i) => (i === selected ? shape : mask));

  const onPointerDown = (event: PointerEvent) => {
    if (draft === null || event.button !== 0) return;
    const point = at(event);
    if (draft.length >= 3 && near(draft[0], point)) close(draft);
    else if (!near(draft.at(-1), point)) editor.draw([...draft, point]);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (draft !== null) setCursor(at(event));
    if (dragged.current !== null && current !== undefined) editor.adjust(replace(moved(current, dragged.current, at(event))));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (draft === null) return;
    if (event.key === 'Enter') close(draft);
    else if (event.key === 'Backspace') editor.draw(draft.slice(0, -1));
    else if (event.key === 'Escape') editor.draw(null);
    else return;
    event.preventDefault();
  };
  const onVertexKey = (event: KeyboardEvent, index: number) => {
    if (current === undefined) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      const step = event.shiftKey ? LARGE : SMALL;
      const [px = 0, py = 0] = current[index] ?? [];
      editor.set(replace(moved(current, index, clamped(px + arrow[0] * step, py + arrow[1] * step))));
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && current.length > 3) editor.set(replace(without(current, index)));
    else if (event.key === 'Insert' || event.key === '+') editor.set(replace(withMidpoint(current, index)));
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      className={`relative w-full touch-none overflow-hidden rounded-picture bg-well select-none ${draft === null ? '' : 'cursor-crosshair'}`}
      tabIndex={draft === null ? -1 : 0}
      role="group"
      aria-label={draft === null ? 'Picture with masks' : `Drawing a mask, ${draft.length} points. Enter closes it, Backspace takes the last point back, Esc gives up.`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (dragged.current = null)}
      onPointerCancel={() => (dragged.current = null)}
      onKeyDown={onKeyDown}
    >
      <img src={picture} alt="" draggable={false} className="block w-full" />
      <svg aria-hidden="true" viewBox="0 0 1 1" preserveAspectRatio="none" className="absolute inset-0 size-full">
        {masks.map((mask, i) => (
          <polygon
            key={i}
            points={svgPoints(mask)}
            vectorEffect="non-scaling-stroke"
            className={`${shapeFault(mask) === null ? 'stroke-white' : 'stroke-danger'} ${draft === null ? 'cursor-pointer' : ''} fill-black/60`}
            strokeWidth={i === selected ? 3 : 1.5}
            strokeDasharray={i === selected ? undefined : '6 4'}
            onPointerDown={() => {
              if (draft === null) editor.select(i);
            }}
          />
        ))}
        {draft !== null && (
          <polyline points={svgPoints(cursor === null ? draft : [...draft, cursor])} vectorEffect="non-scaling-stroke" strokeWidth={2} className="fill-black/40 stroke-white" />
        )}
      </svg>
      {draft === null &&
        current?.map((point, i) => (
          <button
            key={i}
            type="button"
            aria-label={`Point ${i + 1} of ${current.length}, ${pointText(point)}${crossing(current)?.includes(i) === true ? ', crosses another edge' : ''}`}
            aria-describedby={describedBy}
            className="absolute size-4 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-black bg-white before:absolute before:-inset-3 before:content-['']"
            style={{ left: `${(point[0] ?? 0) * 100}%`, top: `${(point[1] ?? 0) * 100}%` }}
            onPointerDown={(event) => {
              event.stopPropagation();
              dragged.current = i;
              editor.set(masks);
              box.current?.setPointerCapture(event.pointerId);
            }}
            onKeyDown={(event) => onVertexKey(event, i)}
          />
        ))}
      {draft?.map((point, i) => (
        <span
          key={i}
          aria-hidden="true"
          className={`pointer-events-none absolute -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-black bg-white ${i === 0 ? 'size-4' : 'size-3'}`}
          style={{ left: `${(point[0] ?? 0) * 100}%`, top: `${(point[1] ?? 0) * 100}%` }}
        />
      ))}
    </div>
  );
}
