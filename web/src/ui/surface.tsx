import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from './cn';

export const Card = ({ className, ...rest }: ComponentProps<'section'>) => (
  <section className={cn('rounded-card border border-border bg-surface p-4', className)} {...rest} />
);

const ALERTS = {
  danger: { icon: CircleAlert, colour: 'text-danger', edge: 'border-danger' },
  warn: { icon: TriangleAlert, colour: 'text-warn', edge: 'border-warn' },
  ok: { icon: CircleCheck, colour: 'text-ok', edge: 'border-ok' },
  info: { icon: Info, colour: 'text-info', edge: 'border-info' },
};

interface AlertProps extends Omit<ComponentProps<'div'>, 'title'> {
  tone: keyof typeof ALERTS;
  title?: ReactNode;
  action?: ReactNode;
}

// What, why, what now: one panel's own trouble, said in place.
export function Alert({ tone, title, action, children, className, ...rest }: AlertProps) {
  const { icon: Icon, colour, edge } = ALERTS[tone];
  return (
    <div className={cn('flex flex-wrap items-start gap-3 rounded-card border border-l-4 bg-surface p-3', edge, className)} {...rest}>
      <Icon aria-hidden="true" className={cn('mt-px size-5 shrink-0', colour)} />
      <div className="min-w-0 flex-1 basis-48">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}

interface EmptyProps {
  children: ReactNode;
  action?: ReactNode;
}

// One sentence and one action.
export const Empty = ({ children, action }: EmptyProps) => (
  <div className="grid justify-items-center gap-4 px-4 py-16 text-center">
    <p className="max-w-prose text-section text-muted">{children}</p>
    {action}
  </div>
);
