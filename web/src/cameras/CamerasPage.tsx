import { Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Camera } from '../api/types';
import { faultsFirst, isDown, matches } from '../domain/camera';
import { plural } from '../domain/format';
import { useCameras } from '../queries/cameras';
import { WaitFor } from '../queries/WaitFor';
import { useNow } from '../stores/clock';
import { isAdministrator, useSession } from '../stores/session';
import { Button } from '../ui/button';
import { Input } from '../ui/field';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { CameraTable } from './CameraTable';
import { compareBy, type SortKey } from './sorting';

const STATES = [
  { value: 'all', label: 'All' },
  { value: 'faults', label: 'Faults' },
  { value: 'stopped', label: 'Stopped' },
] as const;
type StateFilter = (typeof STATES)[number]['value'];

export default function CamerasPage() {
  const cameras = useCameras();
  const administrator = isAdministrator(useSession((state) => state.user));
  const add = administrator && (
    <Button asChild variant="primary">
      <Link to="/cameras/new">Add camera</Link>
    </Button>
  );
  return (
    <Page title="Cameras" actions={(cameras.data?.length ?? 0) > 0 && add}>
      <WaitFor query={cameras} what="the cameras">
        {(list) =>
          list.length > 0 ? (
            <CameraList cameras={list} administrator={administrator} />
          ) : (
            <Empty action={add}>{administrator ? 'Your cameras will be listed here.' : 'There is no camera yet. An administrator can add one.'}</Empty>
          )
        }
      </WaitFor>
    </Page>
  );
}

function CameraList({ cameras, administrator }: { cameras: Camera[]; administrator: boolean }) {
  const now = useNow();
  const search = useRef<HTMLInputElement>(null);
  const [params, setParams] = useSearchParams();
  const query = params.get('q') ?? '';
  const wanted = params.get('state');
  const state: StateFilter = wanted === 'faults' || wanted === 'stopped' ? wanted : 'all';
  const sort = params.get('sort');
  const find = params.get('find') !== null;

  const change = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: name === 'q' || name === 'find' },
    );
  useEffect(() => {
    if (!find) return;
    search.current?.focus();
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.delete('find');
        return next;
      },
      { replace: true },
    );
  }, [find, setParams]);

  const order = sort === null ? faultsFirst(now) : compareBy(sort, now);
  const shown = cameras
    .filter((camera) => matches(camera, query))
    .filter((camera) => state === 'all' || (state === 'faults' ? camera.enabled && isDown(camera, now) : !camera.enabled))
    .sort(order);
  return (
    <>
      <div role="search" className="flex flex-wrap items-center gap-3 pb-3">
        <div className="relative min-w-48 flex-1 sm:max-w-80">
          <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-5 -translate-y-1/2 text-muted" />
          <Input
            ref={search}
            type="search"
            aria-label="Find a camera"
            placeholder="Name, number, place, section"
            className="pl-9"
            value={query}
            onChange={(event) => change('q', event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') change('q', '');
            }}
          />
        </div>
        <ToggleGroup label="State" value={state} options={STATES} onChange={(value) => change('state', value === 'all' ? '' : value)} />
        <p role="status" className="figures text-muted">
          {shown.length === cameras.length ? plural(cameras.length, 'camera', 'cameras') : `${shown.length} of ${plural(cameras.length, 'camera', 'cameras')}`}
        </p>
      </div>
      {shown.length > 0 ? (
        <CameraTable cameras={shown} administrator={administrator} sort={sort} onSort={(key: SortKey) => change('sort', sort === key ? `-${key}` : sort === `-${key}` ? '' : key)} />
      ) : (
        <Empty
          action={
            <Button onClick={() => setParams({})}>Show all cameras</Button>
          }
        >
          {state === 'faults' && query === '' ? 'No camera has a fault.' : 'No camera fits.'}
        </Empty>
      )}
    </>
  );
}
