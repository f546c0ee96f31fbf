import { MoveDiagonal2, X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Camera } from '../api/types';
import { displayName } from '../domain/camera';
import { nudged, type Place, putCamera, readingOrder, removeCamera, type WallTile } from '../domain/wall';
import { Thumbnail } from '../player/Thumbnail';
import { announce } from '../stores/toasts';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import type { WallDraft } from './useWallDraft';

// A drag that is under way: which tile, of what, and where it would go.
interface Drag {
  tile: WallTile;
  size: boolean;
  from: { x: number; y: number };
  place: Place;
}

const inWords = ({ x, y, width, height }: Place) => `column ${x + 1}, row ${y + 1}, ${width} wide, ${height} high`;

// The grid of a wall under the hand: tiles are dragged, their corner makes them larger; arrow keys do the same.
export function WallGrid({ draft, cameras, describedBy }: { draft: WallDraft; cameras: Camera[]; describedBy: string }) {
  const { wall } = draft;
  const box = useRef<HTMLUListElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const nameOf = (id: string) => displayName(cameras.find((camera) => camera.id === id) ?? { id, name: '' });

  const put = (tile: WallTile, place: Place) => {
    const done = draft.change(putCamera(wall, tile.camera, place));
    announce(done ? `${nameOf(tile.camera)}: ${inWords(place)}` : `${nameOf(tile.camera)} has no room there`);
  };
  const begin = (event: PointerEvent<HTMLElement>, tile: WallTile, size: boolean) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ tile, size, from: { x: event.clientX, y: event.clientY }, place: tile });
  };
  const move = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    if (drag === null || area === undefined) return;
    const dx = Math.round(((event.clientX - drag.from.x) / area.width) * wall.columns);
    const dy = Math.round(((event.clientY - drag.from.y) / area.height) * wall.rows);
    const { x, y, width, height } = drag.tile;
    const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
    setDrag({
      ...drag,
      place: drag.size
        ? { x, y, width: within(width + dx, 1, wall.columns - x), height: within(height + dy, 1, wall.rows - y) }
        : { x: within(x + dx, 0, wall.columns - width), y: within(y + dy, 0, wall.rows - height), width, height },
    });
  };
  const end = () => {
    if (drag !== null && inWords(drag.place) !== inWords(drag.tile)) put(drag.tile, drag.place);
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent, tile: WallTile) => {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      draft.change(removeCamera(wall, tile.camera));
    } else if (event.key === 'Escape' && drag !== null) {
      setDrag(null);
    } else {
      const place = nudged(tile, event.key, event.shiftKey);
      if (place === null) return;
      put(tile, place);
    }
    event.preventDefault();
  };
  const cellOf = (place: Place) => ({ gridColumn: `${place.x + 1} / span ${place.width}`, gridRow: `${place.y + 1} / span ${place.height}` });
  return (
    <ul
      ref={box}
      aria-label="Arranged pictures"
      className="relative grid aspect-square w-full touch-none sm:aspect-video gap-1 rounded-card bg-well p-1 select-none"
      style={{ gridTemplateColumns: `repeat(${wall.columns}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${wall.rows}, minmax(0, 1fr))` }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setDrag(null)}
    >
      {readingOrder(wall).map((tile) => {
        const camera = cameras.find((one) => one.id === tile.camera);
        const dragged = drag?.tile.camera === tile.camera;
        return (
          <li
            key={tile.camera}
            style={cellOf(tile)}
            className={cn('relative min-w-0 overflow-hidden rounded-picture bg-surface', dragged && 'opacity-50')}
          >
            {camera !== undefined && <Thumbnail camera={camera} className="aspect-auto size-full" />}
            <button
              type="button"
              aria-label={`${nameOf(tile.camera)}: ${inWords(tile)}`}
              aria-describedby={describedBy}
              className="absolute inset-0 cursor-grab rounded-picture text-left outline-none focus-visible:outline-3 focus-visible:outline-offset-[-3px] focus-visible:outline-focus active:cursor-grabbing"
              onPointerDown={(event) => begin(event, tile, false)}
              onKeyDown={(event) => onKeyDown(event, tile)}
            >
              <span className="absolute top-1 left-1 max-w-[calc(100%-3rem)] truncate rounded-picture bg-scrim px-1.5 text-meta text-on-scrim">
                {nameOf(tile.camera)}
                {camera === undefined && ' (gone)'}
              </span>
            </button>
            <Button
              size="icon"
              aria-label={`Take ${nameOf(tile.camera)} off the wall`}
              className="absolute top-1 right-1 size-7 bg-scrim text-on-scrim coarse:size-11"
              onClick={() => draft.change(removeCamera(wall, tile.camera))}
            >
              <X aria-hidden="true" />
            </Button>
            <span
              aria-hidden="true"
              className="absolute right-0 bottom-0 grid size-7 cursor-nwse-resize place-items-center rounded-tl-picture bg-scrim text-on-scrim coarse:size-11"
              onPointerDown={(event) => begin(event, tile, true)}
            >
              <MoveDiagonal2 className="size-4" />
            </span>
          </li>
        );
      })}
      {drag !== null && <li aria-hidden="true" style={cellOf(drag.place)} className="pointer-events-none absolute inset-0 rounded-picture outline-3 outline-offset-[-3px] outline-accent" />}
    </ul>
  );
}
