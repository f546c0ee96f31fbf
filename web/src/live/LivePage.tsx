import { Expand, Pause, Play } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Camera } from '../api/types';
import { byNumber } from '../domain/camera';
import { gridFor, isLayout, LAYOUTS, neighbour, onPage, pageCount } from '../domain/layout';
import { useCameras } from '../queries/cameras';
import { WaitFor } from '../queries/WaitFor';
import { useDevice } from '../stores/device';
import { isAdministrator, useSession } from '../stores/session';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { Pager } from './Pager';
import { Tile } from './Tile';
import { useRoom } from './useSize';

const LAYOUT_OPTIONS = LAYOUTS.map((value) => ({ value, label: value, name: value === 'auto' ? 'All cameras' : `${value} on a page` }));

export function LivePage() {
  const cameras = useCameras();
  const administrator = isAdministrator(useSession((state) => state.user));
  return (
    <WaitFor query={cameras} what="the cameras">
      {(list) =>
        list.length > 0 ? (
          <Wall cameras={list} />
        ) : (
          <Page title="Live">
            <Empty
              action={
                administrator && (
                  <Button asChild variant="primary">
                    <Link to="/cameras/new">Add camera</Link>
                  </Button>
                )
              }
            >
              {administrator ? 'The pictures of your cameras will be here.' : 'There is no camera yet. An administrator can add one.'}
            </Empty>
          </Page>
        )
      }
    </WaitFor>
  );
}

function Wall({ cameras }: { cameras: Camera[] }) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const room = useRoom(box);
  const [params, setParams] = useSearchParams();
  const device = useDevice();
  const [paused, setPaused] = useState(false);
  const [focused, setFocused] = useState(0);

  const wanted = params.get('layout');
  const layout = isLayout(wanted) ? wanted : device.layout;
  const sorted = cameras.filter((camera) => camera.enabled || layout === 'auto').sort(byNumber);
  const shown = sorted.length > 0 ? sorted : [...cameras].sort(byNumber);
  const grid = gridFor(layout, shown.length, room.width, room.height);
  const pages = pageCount(grid, shown.length);
  const page = Math.min(Math.max(0, Number(params.get('page') ?? '1') - 1 || 0), pages - 1);
  const tiles = onPage(grid, shown, page);
  const current = Math.min(focused, Math.max(0, tiles.length - 1));

  const change = (name: string, value: string | null) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (name === 'layout') next.delete('page');
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const focusTile = (index: number) => {
    setFocused(index);
    list.current?.querySelectorAll<HTMLElement>('[data-tile]')[index]?.focus();
  };
  const fullScreen = () => void (document.fullscreenElement ? document.exitFullscreen() : box.current?.requestFullscreen?.())?.catch(() => undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-tile')) return;
    event.preventDefault();
    focusTile(neighbour(current, event.key, grid.columns, tiles.length));
  };

  useShortcuts('Live', [
    { keys: 'Space', label: 'Pause or go on', run: () => setPaused(!paused) },
    { keys: 'f', label: 'Full screen', run: fullScreen },
    { keys: 'b', label: 'Boxes around what is seen', run: () => device.setBoxes(!device.boxes) },
    { keys: 'i', label: 'Figures on the pictures', run: () => device.setBadges(!device.badges) },
    ...tiles.slice(0, 9).map((_, i) => ({ keys: String(i + 1), label: `Picture ${i + 1}`, run: () => focusTile(i) })),
    { keys: '←→↑↓', label: 'From picture to picture' },
    { keys: 'Enter', label: 'Open the camera' },
  ]);

  // One page fits into the window; more than that scrolls.
  const rows = Math.ceil((grid.perPage ?? tiles.length) / grid.columns);
  const fits = grid.columns > 1 || grid.perPage === 1 || tiles.length === 1;
  const natural = ((room.width / grid.columns) * 9) / 16;
  const rowHeight = fits ? Math.max(120, Math.min(natural, (room.height - (rows - 1) * 4) / rows)) : natural;

  return (
    <Page
      title="Live"
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <ToggleGroup
            label="Layout"
            value={layout}
            options={LAYOUT_OPTIONS}
            onChange={(value) => {
              device.setLayout(value);
              change('layout', value);
            }}
          />
          <Button onClick={() => setPaused(!paused)} aria-pressed={paused}>
            {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
            <span className="max-sm:sr-only">{paused ? 'Go on' : 'Pause all'}</span>
          </Button>
          <Button className="max-sm:hidden" onClick={fullScreen}>
            <Expand aria-hidden="true" />
            Full screen
          </Button>
        </div>
      }
    >
      <div ref={box} className="bg-bg">
        <ul
          ref={list}
          aria-label="Cameras"
          className="grid justify-center gap-1"
          style={{ gridTemplateColumns: `repeat(${grid.columns}, minmax(0, ${Math.max(120, (rowHeight * 16) / 9)}px))`, gridAutoRows: `${rowHeight}px` }}
          onKeyDown={onKeyDown}
        >
          {tiles.map((camera, i) => (
            <Tile key={camera.id} camera={camera} paused={paused} badges={device.badges} boxes={device.boxes} tabbable={i === current} onFocus={() => setFocused(i)} />
          ))}
        </ul>
        {pages > 1 && <Pager page={page} pages={pages} onPage={(next) => change('page', next === 0 ? null : String(next + 1))} />}
      </div>
    </Page>
  );
}
