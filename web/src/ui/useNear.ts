import { type RefObject, useEffect, useMemo, useState } from 'react';

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

// Addresses of pictures in memory, and how many show each.
const shown = new WeakMap<Blob, { url: string; by: number }>();

function addressOf(blob: Blob): string {
  const known = shown.get(blob);
  if (known !== undefined) return known.url;
  const url = URL.createObjectURL(blob);
  shown.set(blob, { url, by: 0 });
  return url;
}

// An address for a picture in memory, which is given back when nobody shows it any more. It is there in the first render: an effect that sets it
// renders everything once more, and React gives up when a hundred pictures come at once.
export function useBlobUrl(blob: Blob | undefined): string | null {
  const url = useMemo(() => (blob === undefined ? null : addressOf(blob)), [blob]);
  useEffect(() => {
    const place = blob === undefined ? undefined : shown.get(blob);
    if (blob === undefined || place === undefined) return undefined;
    place.by += 1;
    return () => {
      place.by -= 1;
      // Whoever is put up again at once still has the address.
      setTimeout(() => {
        if (place.by > 0 || shown.get(blob) !== place) return;
        shown.delete(blob);
        URL.revokeObjectURL(place.url);
      }, 1000);
    };
  }, [blob]);
  return url;
}
