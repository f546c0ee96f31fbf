import type { Camera } from '../api/types';
import { byNumber, displayName, faultsFirst, whereText } from '../domain/camera';
import { sourceName } from '../domain/source';

export type SortKey = 'name' | 'place' | 'state' | 'source' | 'fps';

// "name" or "-name"; what is unknown sorts by number.
export function compareBy(sort: string, now: number): (a: Camera, b: Camera) => number {
  const down = sort.startsWith('-') ? -1 : 1;
  const text = (of: (camera: Camera) => string) => (a: Camera, b: Camera) => of(a).localeCompare(of(b), undefined, { numeric: true }) || byNumber(a, b);
  const compare: Record<SortKey, (a: Camera, b: Camera) => number> = {
    name: text(displayName),
    place: text(whereText),
    source: text((camera) => sourceName(camera.source_type)),
    state: faultsFirst(now),
    fps: (a, b) => b.status.fps - a.status.fps || byNumber(a, b),
  };
  const chosen = compare[sort.replace(/^-/, '') as SortKey] ?? byNumber;
  return (a, b) => down * chosen(a, b);
}
