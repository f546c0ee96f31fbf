import type { Camera } from '../api/types';
import { gridFor, type Layout, neighbour, onPage, pageCount } from '../domain/layout';
import { Pager } from './Pager';
import { type Look, Tile } from './Tile';
import type { Size } from './useSize';
import { useTileFocus } from './useTileFocus';

interface EvenWallProps {
  cameras: Camera[];
  layout: Layout;
  page: number;
  onPage: (page: number) => void;
  room: Size;
  look: Look;
}

// Pictures of one size, page by page or all at once.
export function EvenWall({ cameras, layout, page: wanted, onPage: show, room, look }: EvenWallProps) {
  const grid = gridFor(layout, cameras.length, room.width, room.height);
  const pages = pageCount(grid, cameras.length);
  const page = Math.min(Math.max(0, wanted), pages - 1);
  const tiles = onPage(grid, cameras, page);
  const focus = useTileFocus(tiles.length, (index, key) => neighbour(index, key, grid.columns, tiles.length));

  // One page fits into the window; more than that scrolls.
  const rows = Math.ceil((grid.perPage ?? tiles.length) / grid.columns);
  const fits = grid.columns > 1 || grid.perPage === 1 || tiles.length === 1;
  const natural = ((room.width / grid.columns) * 9) / 16;
  const rowHeight = fits ? Math.max(120, Math.min(natural, (room.height - (rows - 1) * 4) / rows)) : natural;
  return (
    <>
      <ul
        ref={focus.list}
        aria-label="Cameras"
        className="grid justify-center gap-1"
        style={{ gridTemplateColumns: `repeat(${grid.columns}, minmax(0, ${Math.max(120, (rowHeight * 16) / 9)}px))`, gridAutoRows: `${rowHeight}px` }}
        onKeyDown={focus.onKeyDown}
      >
        {tiles.map((camera, i) => (
          <Tile key={camera.id} camera={camera} look={look} tabbable={i === focus.current} onFocus={() => focus.onFocus(i)} />
        ))}
      </ul>
      {pages > 1 && <Pager page={page} pages={pages} onPage={show} />}
    </>
  );
}
