import { ArrowDown, ArrowUp, EllipsisVertical } from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import type { Camera } from '../api/types';
import { displayName, healthOf, numberText, whereText } from '../domain/camera';
import { fps, known, UNKNOWN } from '../domain/format';
import { sourceName } from '../domain/source';
import { FaultAction } from '../player/FaultAction';
import { Thumbnail } from '../player/Thumbnail';
import { type CameraAction, useCameraAction } from '../queries/cameras';
import { useNow } from '../stores/clock';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Menu, MenuItem } from '../ui/menu';
import { StatusBadge } from '../ui/status-badge';
import { DeleteDialog } from './DeleteDialog';
import type { SortKey } from './sorting';

interface CameraTableProps {
  cameras: Camera[];
  administrator: boolean;
  sort: string | null;
  onSort: (key: SortKey) => void;
}

const COLUMNS: { key: SortKey; label: string; className?: string }[] = [
  { key: 'name', label: 'Camera' },
  { key: 'state', label: 'State' },
  { key: 'place', label: 'Place', className: 'max-md:hidden' },
  { key: 'source', label: 'Source', className: 'max-lg:hidden' },
  { key: 'fps', label: 'Rate', className: 'max-lg:hidden' },
];

export function CameraTable({ cameras, administrator, sort, onSort }: CameraTableProps) {
  const [doomed, setDoomed] = useState<Camera | null>(null);
  return (
    <>
      <table className="w-full border-collapse text-left max-sm:block">
        <caption className="sr-only">Cameras, faults first unless sorted otherwise</caption>
        <thead className="text-meta text-muted max-sm:sr-only">
          <tr>
            {COLUMNS.map(({ key, label, className }) => {
              const up = sort === key;
              const down = sort === `-${key}`;
              return (
                <th key={key} scope="col" aria-sort={up ? 'ascending' : down ? 'descending' : 'none'} className={cn('border-b border-border py-1 pr-3 font-medium', className)}>
                  <button type="button" className="inline-flex min-h-7 items-center gap-1 rounded-picture px-1 hover:bg-hover coarse:min-h-11" onClick={() => onSort(key)}>
                    {label}
                    {up && <ArrowUp aria-hidden="true" className="size-4" />}
                    {down && <ArrowDown aria-hidden="true" className="size-4" />}
                  </button>
                </th>
              );
            })}
            <th scope="col" className="border-b border-border">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {cameras.map((camera) => (
            <Row key={camera.id} camera={camera} administrator={administrator} onDelete={() => setDoomed(camera)} />
          ))}
        </tbody>
      </table>
      <DeleteDialog camera={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function Row({ camera, administrator, onDelete }: { camera: Camera; administrator: boolean; onDelete: () => void }) {
  const now = useNow();
  const health = healthOf(camera.status, now);
  const name = displayName(camera);
  const base = 'border-b border-border py-2 pr-3 align-middle';
  const cell = `${base} max-sm:block max-sm:border-0 max-sm:p-0`;
  return (
    <tr className="hover:bg-hover max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-2 max-sm:border-b max-sm:border-border max-sm:py-2">
      <th scope="row" className={cn(cell, 'font-normal')}>
        <div className="flex items-center gap-3">
          <Thumbnail camera={camera} />
          <div className="min-w-0">
            <Link
              to={administrator ? `/cameras/${encodeURIComponent(camera.id)}` : `/live/camera/${encodeURIComponent(camera.id)}`}
              className="inline-flex min-h-6 items-center gap-2 font-medium hover:underline coarse:min-h-11"
            >
              {camera.number !== null && <span className="figures shrink-0 whitespace-nowrap text-muted">{numberText(camera.number)}</span>}
              {name}
            </Link>
            {name !== camera.id && <p className="mono text-meta text-muted">{camera.id}</p>}
          </div>
        </div>
      </th>
      <td className={cn(cell, 'max-sm:col-span-2 max-sm:row-start-2 max-sm:pt-1')}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <div className="min-w-0">
            <StatusBadge tone={health.tone} word={health.word} />
            {health.detail !== '' && <p className="text-meta text-muted">{health.detail}</p>}
          </div>
          {health.step !== 'none' && <FaultAction camera={camera} health={health} />}
        </div>
      </td>
      <td className={cn(base, 'text-muted max-md:hidden')}>{whereText(camera)}</td>
      <td className={cn(base, 'whitespace-nowrap text-muted max-lg:hidden')}>{sourceName(camera.source_type)}</td>
      <td className={cn(base, 'figures whitespace-nowrap text-muted max-lg:hidden')}>{known(camera.status.fps) ? fps(camera.status.fps) : UNKNOWN}</td>
      <td className={cn(cell, 'pr-0 text-right max-sm:col-start-2 max-sm:row-start-1')}>
        <RowMenu camera={camera} name={name} administrator={administrator} onDelete={onDelete} />
      </td>
    </tr>
  );
}

interface RowMenuProps {
  camera: Camera;
  name: string;
  administrator: boolean;
  onDelete: () => void;
}

function RowMenu({ camera, name, administrator, onDelete }: RowMenuProps) {
  const navigate = useNavigate();
  const show = useToasts((state) => state.show);
  const action = useCameraAction();
  const run = (what: CameraAction, done: string) =>
    action.mutate(
      { id: camera.id, action: what },
      {
        onSuccess: () => show('ok', `${name}: ${done}`),
        onError: (error) => show('danger', `${name}: ${error.message}`),
      },
    );
  return (
    <Menu
      trigger={
        <Button size="icon" variant="ghost" aria-label={`Actions for ${name}`}>
          <EllipsisVertical aria-hidden="true" />
        </Button>
      }
    >
      <MenuItem onSelect={() => navigate(`/live/camera/${encodeURIComponent(camera.id)}`)}>Open live</MenuItem>
      {administrator && (
        <>
          <MenuItem onSelect={() => navigate(`/cameras/${encodeURIComponent(camera.id)}`)}>Edit</MenuItem>
          {camera.enabled ? (
            <>
              <MenuItem onSelect={() => run('retry', 'trying now')}>Try now</MenuItem>
              <MenuItem onSelect={() => run('stop', 'stopped')}>Stop</MenuItem>
            </>
          ) : (
            <MenuItem onSelect={() => run('start', 'started')}>Start</MenuItem>
          )}
          <MenuItem danger onSelect={onDelete}>
            Delete
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
