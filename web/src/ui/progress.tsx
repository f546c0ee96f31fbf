import { cn } from './cn';

interface ProgressProps {
  // 0..1
  value: number;
  // What a screen reader says it is.
  label: string;
  tone?: 'accent' | 'ok' | 'danger' | 'muted';
  className?: string;
}

const FILLS = { accent: 'bg-accent', ok: 'bg-ok', danger: 'bg-danger', muted: 'bg-control' };

export function Progress({ value, label, tone = 'accent', className }: ProgressProps) {
  const part = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={part}
      className={cn('h-1.5 w-full overflow-hidden rounded-full bg-well', className)}
    >
      <div className={cn('h-full rounded-full transition-[width] duration-(--fade)', FILLS[tone])} style={{ width: `${part}%` }} />
    </div>
  );
}
