import { Ellipsis } from 'lucide-react';
import { NavLink, useLocation, useNavigate } from 'react-router-dom';
import { cn } from '../../ui/cn';
import { Menu, MenuItem } from '../../ui/menu';
import { ACCOUNT, ENTRIES } from './navigation';

const MORE = [...ENTRIES.filter(({ main }) => !main), ACCOUNT];

const look = (here: boolean) =>
  cn(
    'relative flex h-14 flex-col items-center justify-center gap-0.5 text-meta',
    here && 'font-semibold text-accent before:absolute before:inset-x-6 before:top-0 before:h-0.5 before:bg-accent',
  );

// Phones only: where the thumb is, above the system's own bar.
export function BottomBar() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const underMore = MORE.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-(--z-bar) grid grid-cols-4 border-t border-border bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {ENTRIES.filter(({ main }) => main).map(({ to, label, icon: Icon }) => (
        <NavLink key={to} to={to} className={({ isActive }) => look(isActive)}>
          <Icon aria-hidden="true" className="size-5" strokeWidth={1.75} />
          {label}
        </NavLink>
      ))}
      <Menu
        trigger={
          <button type="button" className={look(underMore)}>
            <Ellipsis aria-hidden="true" className="size-5" strokeWidth={1.75} />
            More
          </button>
        }
      >
        {MORE.map(({ to, label, icon: Icon }) => (
          <MenuItem key={to} onSelect={() => navigate(to)}>
            <Icon aria-hidden="true" strokeWidth={1.75} />
            {label}
          </MenuItem>
        ))}
      </Menu>
    </nav>
  );
}
