import { type RefObject, useEffect, useState } from 'react';

// Whether an element has ever come near the window: what nobody scrolls to is not asked for.
export function useNear(box: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => setNear((before) => before || entry?.isIntersecting === true), { rootMargin: '300px' });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return near;
}

// An address for a picture in memory; its memory is given back when another comes.
export function useBlobUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (blob === undefined) return undefined;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
