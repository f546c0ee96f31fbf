import { Check, ChevronDown, LayoutDashboard, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { Layout } from '../api/types';
import { Button } from '../ui/button';
import { Menu, MenuHeading, MenuItem, MenuLine } from '../ui/menu';
import { DeleteLayoutDialog } from './DeleteLayoutDialog';

interface WallMenuProps {
  layouts: Layout[];
  // Where the cameras are, and how many are there.
  places: [string, number][];
  layout: Layout | null;
  place: string | null;
}

// Which pictures are on the wall: all cameras, those of one place, or a wall that somebody arranged.
export function WallMenu({ layouts, places, layout, place }: WallMenuProps) {
  const navigate = useNavigate();
  const [doomed, setDoomed] = useState<Layout | null>(null);
  const tick = (on: boolean) => <Check aria-hidden="true" className={on ? '' : 'invisible'} />;
  return (
    <>
      <Menu
        trigger={
          <Button aria-label={`Wall: ${layout?.name ?? place ?? 'All cameras'}`}>
            <span className="max-w-40 truncate">{layout?.name ?? place ?? 'All cameras'}</span>
            <ChevronDown aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem onSelect={() => void navigate('/live')}>
          {tick(layout === null && place === null)}
          All cameras
        </MenuItem>
        {places.length > 1 && (
          <>
            <MenuLine />
            <MenuHeading>Places</MenuHeading>
            {places.map(([name, count]) => (
              <MenuItem key={name} onSelect={() => void navigate(`/live?place=${encodeURIComponent(name)}`)}>
                {tick(layout === null && place === name)}
                <span className="max-w-56 truncate">{name}</span>
                <span className="figures ml-auto pl-4 text-muted">{count}</span>
              </MenuItem>
            ))}
          </>
        )}
        {layouts.length > 0 && (
          <>
            <MenuLine />
            <MenuHeading>My walls</MenuHeading>
            {layouts.map((one) => (
              <MenuItem key={one.id} onSelect={() => void navigate(`/live/w/${one.id}`)}>
                {tick(layout?.id === one.id)}
                <span className="max-w-56 truncate">{one.name}</span>
              </MenuItem>
            ))}
          </>
        )}
        <MenuLine />
        {layout !== null && (
          <>
            <MenuItem onSelect={() => void navigate(`/live/w/${layout.id}/edit`)}>
              <Pencil aria-hidden="true" />
              Change this wall
            </MenuItem>
            <MenuItem danger onSelect={() => setDoomed(layout)}>
              <Trash2 aria-hidden="true" />
              Delete this wall
            </MenuItem>
          </>
        )}
        <MenuItem onSelect={() => void navigate(place === null ? '/live/new' : `/live/new?place=${encodeURIComponent(place)}`)}>
          <LayoutDashboard aria-hidden="true" />
          Arrange a new wall
        </MenuItem>
      </Menu>
      <DeleteLayoutDialog layout={doomed} onClose={() => setDoomed(null)} onDeleted={() => void navigate('/live')} />
    </>
  );
}
