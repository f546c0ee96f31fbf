import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { inView, moved, placeOf, shapeOf, totalHeight } from '../domain/grid';

interface VirtualGridProps {
  label: string;
  // How many there are here, and how many there are altogether, where that is known.
  count: number;
  total: number;
  keyOf: (index: number) => string;
  // A button that takes the given properties.
  render: (index: number, button: GridButton) => ReactNode;
  // The end of what is here has come near.
  onEnd: () => void;
}

export interface GridButton {
  tabIndex: number;
  'data-index': number;
}

interface View {
  width: number;
  top: number;
  bottom: number;
}
const NEAR_PX = 1500;

// A long list of pictures that scrolls with the page: only those in view are in the document. One of them can be tabbed to; arrows, Home, End and Page
// keys go to the others, wherever they are.
export function VirtualGrid({ label, count, total, keyOf, render, onEnd }: VirtualGridProps) {
  const list = useRef<HTMLUListElement>(null);
  const [view, setView] = useState<View>({ width: 0, top: 0, bottom: 0 });
  const [active, setActive] = useState(0);
  const wanted = useRef<number | null>(null);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    let frame = 0;
    const look = () => {
      frame = 0;
      const box = element.getBoundingClientRect();
      const next = { width: element.clientWidth, top: -box.top, bottom: window.innerHeight - box.top };
      setView((before) => (before.width === next.width && before.top === next.top && before.bottom === next.bottom ? before : next));
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    look();
    // Whatever scrolls: the page, or a part of it.
    window.addEventListener('scroll', soon, { passive: true, capture: true });
    window.addEventListener('resize', soon);
    const observer = new ResizeObserver(soon);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', soon, { capture: true });
      window.removeEventListener('resize', soon);
      observer.disconnect();
    };
  }, []);

  const shape = shapeOf(view.width);
  const { first, end } = inView(count, shape, view.top, view.bottom);
  const nearEnd = count > 0 && count < total && placeOf(count - 1, shape).y < view.bottom + NEAR_PX;
  useEffect(() => {
    if (nearEnd) onEnd();
    // Also after every page that came, for as long as the end is near.
  }, [nearEnd, count, onEnd]);

  // What was gone to is there only after it was drawn.
  useEffect(() => {
    if (wanted.current === null) return;
    const button = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (button === null || button === undefined) return;
    wanted.current = null;
    button.focus({ preventScroll: true });
    button.scrollIntoView({ block: 'nearest' });
  });

  const turned = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const pageRows = Math.floor(window.innerHeight / (shape.height + shape.gap)) - 1;
    const to = moved(event.key, active, count, shape, pageRows);
    if (to === null) return;
    event.preventDefault();
    wanted.current = to;
    setActive(to);
  };

  const present = Math.min(active, count - 1);
  const shown: number[] = [];
  for (let i = first; i < end; i += 1) shown.push(i);
  // The one that can be tabbed to stays, wherever it is.
  if (present >= 0 && (present < first || present >= end)) shown.push(present);
  return (
    <ul ref={list} aria-label={label} className="relative" style={{ height: totalHeight(Math.max(count, total), shape) }} onKeyDown={turned}>
      {shown.map((i) => {
        const { x, y } = placeOf(i, shape);
        return (
          <li
            key={keyOf(i)}
            aria-setsize={total}
            aria-posinset={i + 1}
            className="absolute top-0 left-0 min-w-0"
            style={{ width: shape.width, height: shape.height, transform: `translate(${x}px, ${y}px)`, scrollMarginBlock: 80 }}
            onFocus={() => setActive(i)}
          >
            {render(i, { tabIndex: i === present ? 0 : -1, 'data-index': i })}
          </li>
        );
      })}
    </ul>
  );
}
