import { NavLink } from 'react-router-dom';
import { cn } from '../../ui/cn';
import { ACCOUNT, ENTRIES } from './navigation';

// Phones only: where the thumb is, above the system's own bar.
export function BottomBar() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-(--z-bar) grid grid-cols-3 border-t border-border bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {[...ENTRIES, ACCOUNT].map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            cn(
              'relative flex h-14 flex-col items-center justify-center gap-0.5 text-meta',
              isActive && 'font-semibold text-accent before:absolute before:inset-x-6 before:top-0 before:h-0.5 before:bg-accent',
            )
          }
        >
          <Icon aria-hidden="true" className="size-5" strokeWidth={1.75} />
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
