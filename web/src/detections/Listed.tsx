import type { Plate } from '../api/types';
import { LISTED_WORDS } from '../domain/plateLists';
import { cn } from '../ui/cn';

const LISTED_TONES = { allowed: 'border-ok text-ok', denied: 'border-danger text-danger', unknown: 'border-border text-muted' };

// What the server's lists say of a plate.
export function Listed({ listed }: { listed: NonNullable<Plate['listed']> }) {
  return (
    <span className={cn('inline-flex w-fit items-center gap-1 rounded-full border px-2 text-meta', LISTED_TONES[listed.list])}>
      {LISTED_WORDS[listed.list]}
      {listed.label !== '' && <span>· {listed.label}</span>}
    </span>
  );
}
