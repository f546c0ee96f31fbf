import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { NavLink } from 'react-router-dom';
import { useDevice } from '../../stores/device';
import { useSession } from '../../stores/session';
import { cn } from '../../ui/cn';
import { ACCOUNT, ENTRIES } from './navigation';
import { ServerState } from './ServerState';

interface ItemProps {
  to: string;
  label: string;
  icon: typeof ACCOUNT.icon;
  wide: boolean;
}

// From 1024 px on the bar is wide, unless somebody made it narrow; below it is always narrow.
const hideNarrow = (wide: boolean) => (wide ? 'max-lg:hidden' : 'hidden');

function Item({ to, label, icon: Icon, wide }: ItemProps) {
  return (
    <NavLink
      to={to}
      className={({ isActive }) =>
        cn(
          'relative flex min-h-11 items-center rounded-card hover:bg-hover',
          isActive && 'bg-selected before:absolute before:inset-y-2 before:left-0 before:w-1 before:rounded-full before:bg-accent',
          isActive && wide && 'lg:font-semibold',
          wide ? 'lg:gap-3 lg:px-3 max-lg:flex-col max-lg:justify-center max-lg:py-1 max-lg:text-rail max-lg:tracking-tight' : 'flex-col justify-center py-1 text-rail tracking-tight',
        )
      }
    >
      <Icon aria-hidden="true" className="size-5 shrink-0" strokeWidth={1.75} />
      <span className="max-w-full truncate">{label}</span>
    </NavLink>
  );
}

export function SideBar() {
  const railOnly = useDevice((state) => state.railOnly);
  const setRailOnly = useDevice((state) => state.setRailOnly);
  const user = useSession((state) => state.user);
  const wide = !railOnly;
  const groups = [...new Set(ENTRIES.map((entry) => entry.group))];
  const Toggle = wide ? PanelLeftClose : PanelLeftOpen;
  return (
    <header
      className={cn(
        'sticky top-0 z-(--z-bar) flex h-dvh shrink-0 flex-col gap-1 overflow-y-auto border-r border-border bg-surface max-sm:hidden',
        wide ? 'w-18 p-1 lg:w-58 lg:p-2' : 'w-18 p-1',
      )}
    >
      <div className={cn('flex min-h-11 items-center gap-2', wide ? 'max-lg:justify-center lg:px-2' : 'justify-center')}>
        <img src="/favicon.svg" alt="" width={26} height={26} />
        <span className={cn('text-section font-semibold', hideNarrow(wide))}>Vigil</span>
        <button
          type="button"
          className={cn('ml-auto hidden size-9 items-center justify-center rounded-card hover:bg-hover coarse:size-11', wide && 'lg:inline-flex')}
          aria-label="Make the side bar narrow"
          onClick={() => setRailOnly(true)}
        >
          <Toggle aria-hidden="true" className="size-5" />
        </button>
      </div>
      <nav aria-label="Pages" className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {groups.map((group) => (
          <div key={group} className="grid grid-cols-[minmax(0,1fr)] gap-1">
            <p className={cn('px-3 pt-3 text-meta text-muted', hideNarrow(wide))}>{group}</p>
            {ENTRIES.filter((entry) => entry.group === group).map((entry) => (
              <Item key={entry.to} {...entry} wide={wide} />
            ))}
          </div>
        ))}
      </nav>
      <div className="mt-auto grid gap-1">
        {!wide && (
          <button
            type="button"
            className="mx-auto hidden size-9 items-center justify-center rounded-card hover:bg-hover lg:inline-flex coarse:size-11"
            aria-label="Make the side bar wide"
            onClick={() => setRailOnly(false)}
          >
            <Toggle aria-hidden="true" className="size-5" />
          </button>
        )}
        <ServerState wide={wide} />
        <nav aria-label="Account">
          <Item {...ACCOUNT} label={wide && user !== null && user.kind === 'user' ? user.name : ACCOUNT.label} wide={wide} />
        </nav>
      </div>
    </header>
  );
}
