import { Expand, Pause, Play } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import type { Camera, Layout as SavedLayout } from '../api/types';
import { byNumber, placesOf } from '../domain/camera';
import { isLayout, LAYOUTS } from '../domain/layout';
import { useCameras } from '../queries/cameras';
import { useLayouts } from '../queries/layouts';
import { WaitFor } from '../queries/WaitFor';
import { useDevice } from '../stores/device';
import { isAdministrator, useSession } from '../stores/session';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { ArrangedWall } from './ArrangedWall';
import { EvenWall } from './EvenWall';
import { useRoom } from './useSize';
import { WallMenu } from './WallMenu';

const LAYOUT_OPTIONS = LAYOUTS.map((value) => ({ value, label: value, name: value === 'auto' ? 'All cameras' : `${value} on a page` }));

export function LivePage() {
  const cameras = useCameras();
  const layouts = useLayouts();
  const administrator = isAdministrator(useSession((state) => state.user));
  return (
    <WaitFor query={cameras} what="the cameras">
      {(list) =>
        list.length > 0 ? (
          <Wall cameras={list} layouts={layouts.data} />
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

// `layouts`: undefined until they are known.
function Wall({ cameras, layouts }: { cameras: Camera[]; layouts: SavedLayout[] | undefined }) {
  const { layout: id } = useParams();
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box);
  const [params, setParams] = useSearchParams();
  const device = useDevice();
  const [paused, setPaused] = useState(false);

  const wanted = params.get('layout');
  const layout = isLayout(wanted) ? wanted : device.layout;
  const arranged = layouts?.find((one) => one.id === id);
  const place = params.get('place');
  const there = cameras.filter((camera) => place === null || camera.place === place).sort(byNumber);
  const running = there.filter((camera) => camera.enabled || layout === 'auto');
  const shown = running.length > 0 ? running : there;
  const look = { paused, badges: device.badges, boxes: device.boxes };

  const change = (name: string, value: string | null) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (name === 'layout') next.delete('page');
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const fullScreen = () => void (document.fullscreenElement ? document.exitFullscreen() : box.current?.requestFullscreen?.())?.catch(() => undefined);

  useShortcuts('Live', [
    { keys: 'Space', label: 'Pause or go on', run: () => setPaused(!paused) },
    { keys: 'f', label: 'Full screen', run: fullScreen },
    { keys: 'b', label: 'Boxes around what is seen', run: () => device.setBoxes(!device.boxes) },
    { keys: 'i', label: 'Figures on the pictures', run: () => device.setBadges(!device.badges) },
  ]);

  const pictures = () => {
    if (arranged !== undefined) return <ArrangedWall key={arranged.id} layout={arranged} cameras={cameras} room={room} look={look} />;
    if (id !== undefined) return layouts === undefined ? null : <NoWall>There is no such wall. It may have been deleted.</NoWall>;
    if (shown.length === 0) return <NoWall>There is no camera at {place}.</NoWall>;
    const page = Number(params.get('page') ?? '1') - 1 || 0;
    return (
      <EvenWall cameras={shown} layout={layout} page={page} onPage={(next) => change('page', next === 0 ? null : String(next + 1))} room={room} look={look} />
    );
  };
  return (
    <Page
      title="Live"
      tab={arranged?.name ?? place ?? 'Live'}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <WallMenu layouts={layouts ?? []} places={placesOf(cameras)} layout={arranged ?? null} place={place} />
          {id === undefined && (
            <ToggleGroup
              label="Layout"
              value={layout}
              options={LAYOUT_OPTIONS}
              onChange={(value) => {
                device.setLayout(value);
                change('layout', value);
              }}
            />
          )}
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
        {pictures()}
      </div>
    </Page>
  );
}

function NoWall({ children }: { children: ReactNode }) {
  return (
    <Empty
      action={
        <Button asChild>
          <Link to="/live">All cameras</Link>
        </Button>
      }
    >
      {children}
    </Empty>
  );
}
