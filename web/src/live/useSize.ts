import { type RefObject, useEffect, useState } from 'react';

export interface Size {
  width: number;
  height: number;
}

// The room that a box has: its own width, and what is left of the window below its top edge.
export function useRoom(box: RefObject<HTMLElement | null>): Size {
  const [room, setRoom] = useState<Size>({ width: window.innerWidth, height: window.innerHeight });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = () => {
      const { top, width } = element.getBoundingClientRect();
      setRoom({ width, height: Math.max(200, window.innerHeight - (top + window.scrollY) - 16) });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [box]);
  return room;
}
