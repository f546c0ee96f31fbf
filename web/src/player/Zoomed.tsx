import { type PointerEvent, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { panned, wheelFactor, WHOLE, type Zoom, zoomAt } from '../domain/zoom';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';

export interface ZoomKeys {
  by: (factor: number) => void;
  reset: () => void;
}

interface ZoomedProps {
  ref?: Ref<ZoomKeys>;
  children: ReactNode;
}

const isControl = (target: EventTarget): boolean => target instanceof Element && target.closest('button, a') !== null;

const MIDDLE = { x: 0.5, y: 0.5 };

// Lets a part of the picture be enlarged: by wheel, by two fingers, by a double click; dragged while it is. The page
// scrolls as always as long as the picture is whole.
export function Zoomed({ ref, children }: ZoomedProps) {
  const frame = useRef<HTMLDivElement>(null);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const [zoom, setZoom] = useState<Zoom>(WHOLE);
  const enlarged = zoom.scale > 1.001;

  useImperativeHandle(ref, () => ({
    by: (factor) => setZoom((before) => zoomAt(before, factor, MIDDLE)),
    reset: () => setZoom(WHOLE),
  }));

  const placeOf = (event: { clientX: number; clientY: number }) => {
    const box = frame.current?.getBoundingClientRect();
    return box === undefined ? MIDDLE : { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  // React listens to the wheel passively, and the page must not scroll meanwhile.
  useEffect(() => {
    const element = frame.current;
    const turn = (event: WheelEvent) => {
      // With Ctrl it is a pinch on a touch pad. Else a whole picture leaves the wheel to the page, which could not be
      // scrolled past it otherwise, but for turns that could not move the page anyway.
      if (!event.ctrlKey && !enlarged && (event.deltaY > 0 || window.scrollY > 0)) return;
      event.preventDefault();
      const at = placeOf(event);
      setZoom((before) => zoomAt(before, wheelFactor(event.deltaY, event.deltaMode === 1), at));
    };
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, [enlarged]);

  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (isControl(event.target)) return;
    if (event.pointerType === 'mouse' && (event.button !== 0 || !enlarged)) return;
    fingers.current.set(event.pointerId, placeOf(event));
    if (enlarged || fingers.current.size === 2) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) return;
    const now = placeOf(event);
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, now);
    if (other === undefined) {
      if (enlarged) setZoom((old) => panned(old, now.x - before.x, now.y - before.y));
      return;
    }
    const apart = (a: { x: number; y: number }) => Math.max(0.02, Math.hypot(a.x - other.x, a.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    setZoom((old) => panned(zoomAt(old, apart(now) / apart(before), middle), (now.x - before.x) / 2, (now.y - before.y) / 2));
  };
  const up = (event: PointerEvent) => void fingers.current.delete(event.pointerId);

  return (
    <div
      ref={frame}
      data-zoom={zoom.scale.toFixed(2)}
      className={cn('relative size-full overflow-hidden', enlarged ? 'cursor-grab touch-none active:cursor-grabbing' : 'touch-pan-x touch-pan-y')}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onDoubleClick={(event) => {
        if (!isControl(event.target)) setZoom(enlarged ? WHOLE : zoomAt(zoom, 3, placeOf(event)));
      }}
    >
      <div className="size-full origin-top-left" style={enlarged ? { transform: `translate(${zoom.x * 100}%, ${zoom.y * 100}%) scale(${zoom.scale})` } : undefined}>
        {children}
      </div>
      {enlarged && (
        <Button size="small" className="figures absolute right-1.5 bottom-1.5 bg-scrim text-on-scrim" onClick={() => setZoom(WHOLE)}>
          {zoom.scale.toFixed(1)}× <span className="sr-only">enlarged, </span>whole picture
        </Button>
      )}
    </div>
  );
}
