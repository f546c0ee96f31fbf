import { CircleAlert, CircleCheck, CirclePause, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Tone } from '../domain/camera';
import { cn } from './cn';

const LOOKS: Record<Tone, { icon: typeof CircleCheck; colour: string }> = {
  ok: { icon: CircleCheck, colour: 'text-ok' },
  info: { icon: LoaderCircle, colour: 'text-info' },
  warn: { icon: TriangleAlert, colour: 'text-warn' },
  danger: { icon: CircleAlert, colour: 'text-danger' },
  quiet: { icon: CirclePause, colour: 'text-muted' },
};

// Icon and word; colour only repeats what they say.
export function StatusBadge({ tone, word, className }: { tone: Tone; word: string; className?: string }) {
  const { icon: Icon, colour } = LOOKS[tone];
  return (
    <span className={cn('inline-flex items-center gap-1 font-medium whitespace-nowrap', colour, className)}>
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      {word}
    </span>
  );
}
