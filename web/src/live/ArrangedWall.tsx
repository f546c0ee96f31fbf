import { Link } from 'react-router-dom';
import type { Camera, Layout } from '../api/types';
import { readingOrder, tileBeside } from '../domain/wall';
import { type Look, Tile } from './Tile';
import type { Size } from './useSize';
import { useTileFocus } from './useTileFocus';

interface ArrangedWallProps {
  layout: Layout;
  cameras: Camera[];
  room: Size;
  look: Look;
}

const PHONE = 600;

// A wall as somebody arranged it, in as much of the window as there is. On a phone one picture below the other.
export function ArrangedWall({ layout, cameras, room, look }: ArrangedWallProps) {
  const phone = room.width < PHONE;
  const tiles = readingOrder(layout);
  const there = tiles.filter((tile) => cameras.some((camera) => camera.id === tile.camera));
  const step = (key: string) => (key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0);
  const focus = useTileFocus(there.length, (index, key) =>
    phone ? Math.min(Math.max(0, index + step(key)), there.length - 1) : tileBeside(there, index, key),
  );
  // Cells have the shape of a picture, and all of them fit: nothing scrolls.
  const cell = Math.min(room.width / layout.columns, ((room.height / layout.rows) * 16) / 9);
  return (
    <ul
      ref={focus.list}
      aria-label="Cameras"
      className="mx-auto grid gap-1"
      style={
        phone
          ? {}
          : {
              width: cell * layout.columns,
              height: ((cell * 9) / 16) * layout.rows,
              gridTemplateColumns: `repeat(${layout.columns}, minmax(0, 1fr))`,
              gridTemplateRows: `repeat(${layout.rows}, minmax(0, 1fr))`,
            }
      }
      onKeyDown={focus.onKeyDown}
    >
      {tiles.map((tile) => {
        const camera = cameras.find((one) => one.id === tile.camera);
        const style = phone ? { aspectRatio: '16 / 9' } : { gridColumn: `${tile.x + 1} / span ${tile.width}`, gridRow: `${tile.y + 1} / span ${tile.height}` };
        if (camera === undefined) return <Gone key={tile.camera} camera={tile.camera} layout={layout.id} style={style} />;
        const index = there.indexOf(tile);
        return <Tile key={camera.id} camera={camera} look={look} tabbable={index === focus.current} onFocus={() => focus.onFocus(index)} style={style} />;
      })}
    </ul>
  );
}

function Gone({ camera, layout, style }: { camera: string; layout: string; style: object }) {
  return (
    <li style={style} className="grid place-items-center overflow-hidden rounded-picture bg-well p-3 text-center text-muted">
      <span>
        The camera {camera} is gone.{' '}
        <Link className="text-accent underline underline-offset-2" to={`/live/w/${layout}/edit`}>
          Change this wall
        </Link>
      </span>
    </li>
  );
}
