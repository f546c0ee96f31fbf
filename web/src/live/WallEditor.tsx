import { Plus, Redo2, Undo2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Camera, Layout } from '../api/types';
import { useLeaveWarning } from '../ui/useLeaveWarning';
import { byNumber, displayName } from '../domain/camera';
import { addCamera, arrange, type GridName, gridForCount, gridOf, GRIDS, isGrid, MOST_TILES, readingOrder, type Wall } from '../domain/wall';
import { useCameras } from '../queries/cameras';
import { useLayouts, useSaveLayout } from '../queries/layouts';
import { WaitFor } from '../queries/WaitFor';
import { useShortcuts } from '../stores/shortcuts';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Field, Input, Select } from '../ui/field';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { useWallDraft } from './useWallDraft';
import { WallGrid } from './WallGrid';

export default function WallEditor() {
  const { layout: id } = useParams();
  const [params] = useSearchParams();
  const place = params.get('place');
  const cameras = useCameras();
  const layouts = useLayouts();
  return (
    <WaitFor query={cameras} what="the cameras">
      {(all) => (
        <WaitFor query={layouts} what="your walls">
          {(saved) => {
            const layout = saved.find((one) => one.id === id);
            if (id !== undefined && layout === undefined) {
              return (
                <Page title="Arrange a wall">
                  <Empty>There is no such wall. It may have been deleted.</Empty>
                </Page>
              );
            }
            const sorted = [...all].sort(byNumber);
            const wanted = sorted.filter((camera) => camera.enabled && (place === null || camera.place === place)).map((camera) => camera.id);
            return (
              <Editor
                key={id ?? 'new'}
                layout={layout}
                cameras={sorted}
                first={layout ?? arrange(wanted, gridForCount(wanted.length))}
                suggested={place ?? (saved.length === 0 ? 'My wall' : `Wall ${saved.length + 1}`)}
              />
            );
          }}
        </WaitFor>
      )}
    </WaitFor>
  );
}

interface EditorProps {
  // Undefined: a new one.
  layout: Layout | undefined;
  cameras: Camera[];
  first: Wall;
  suggested: string;
}

function Editor({ layout, cameras, first, suggested }: EditorProps) {
  const helpId = useId();
  const navigate = useNavigate();
  const show = useToasts((state) => state.show);
  const save = useSaveLayout();
  const [name, setName] = useState(layout?.name ?? suggested);
  const draft = useWallDraft(first);
  const { wall } = draft;
  const changed = draft.changed || name !== (layout?.name ?? suggested);
  useLeaveWarning(changed && !save.isSuccess);
  useShortcuts('Arrange a wall', [
    { keys: 'u', label: 'Undo', run: () => draft.undo?.() },
    { keys: 'r', label: 'Redo', run: () => draft.redo?.() },
  ]);

  const back = layout === undefined ? '/live' : `/live/w/${layout.id}`;
  const away = cameras.filter((camera) => !wall.tiles.some((tile) => tile.camera === camera.id));
  const grid = gridOf(wall);
  // Those that are there, in reading order, then the others: a larger grid brings them back.
  const toGrid = (to: GridName) => {
    const there = readingOrder(wall).map((tile) => tile.camera);
    draft.change(arrange(wall.tiles.length < GRIDS[to].columns * GRIDS[to].rows ? [...there, ...away.filter((camera) => camera.enabled).map((camera) => camera.id)] : there, to));
  };
  const submit = () =>
    save.mutate(
      { id: layout?.id ?? null, body: { name: name.trim(), columns: wall.columns, rows: wall.rows, tiles: wall.tiles } },
      {
        onSuccess: (saved) => {
          show('ok', `The wall ${saved.name} was saved`);
          void navigate(`/live/w/${saved.id}`);
        },
      },
    );
  const nameless = name.trim() === '';
  return (
    <Page
      title={layout === undefined ? 'Arrange a new wall' : `Arrange ${layout.name}`}
      lead={<span id={helpId}>Drag a picture to move it, its lower right corner to change its size. By keys: arrows move, Shift and arrows change the size, Delete takes it off.</span>}
      actions={
        <div className="flex gap-2">
          <Button asChild>
            <Link to={back}>Discard</Link>
          </Button>
          <Button variant="primary" disabled={nameless || wall.tiles.length === 0} busy={save.isPending} busyLabel="Saving" onClick={submit}>
            Save
          </Button>
        </div>
      }
    >
      {save.error !== null && (
        <div className="pb-3">
          <FailureAlert what="Couldn't save the wall." failure={failureOf(save.error)} />
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_16rem]">
        <WallGrid draft={draft} cameras={cameras} describedBy={helpId} />
        <div className="grid gap-4">
          <Field label="Name" error={nameless ? 'A wall needs a name.' : null}>
            {(control) => <Input {...control} value={name} maxLength={64} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label="Grid" hint="Another grid puts all pictures in order anew.">
            {(control) => (
              <Select {...control} value={grid ?? ''} onChange={(event) => isGrid(event.target.value) && toGrid(event.target.value)}>
                {grid === null && <option value="">{`${wall.columns} × ${wall.rows}`}</option>}
                {Object.entries(GRIDS).map(([value, { label }]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div className="flex gap-2">
            <Button size="icon" aria-label="Undo" disabled={draft.undo === null} onClick={() => draft.undo?.()}>
              <Undo2 aria-hidden="true" />
            </Button>
            <Button size="icon" aria-label="Redo" disabled={draft.redo === null} onClick={() => draft.redo?.()}>
              <Redo2 aria-hidden="true" />
            </Button>
          </div>
          <section aria-label="Cameras that are not on the wall">
            <h2 className="pb-1 font-medium">Not on the wall</h2>
            {away.length === 0 && <p className="text-muted">All cameras are on it.</p>}
            <ul className="grid max-h-96 gap-1 overflow-y-auto">
              {away.map((camera) => (
                <li key={camera.id}>
                  <Button
                    className="w-full justify-start"
                    disabled={wall.tiles.length >= MOST_TILES}
                    onClick={() => {
                      if (!draft.change(addCamera(wall, camera.id))) show('danger', `There is no room for ${displayName(camera)}: take a picture off, make one smaller, or choose a finer grid`);
                    }}
                  >
                    <Plus aria-hidden="true" />
                    <span className="min-w-0 truncate">{displayName(camera)}</span>
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </Page>
  );
}
