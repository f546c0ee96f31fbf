import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from './cn';

const box =
  'min-h-9 w-full rounded-card border border-control bg-surface px-3 text-text disabled:opacity-60 coarse:min-h-11 max-sm:text-input aria-invalid:border-danger';

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => <input className={cn(box, className)} {...rest} />;

export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>) => <textarea className={cn(box, 'py-2', className)} {...rest} />;

export const Select = ({ className, ...rest }: ComponentProps<'select'>) => <select className={cn(box, 'pr-8', className)} {...rest} />;

interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  optional?: boolean;
  className?: string;
  children: (control: ControlProps) => ReactNode;
}

// A labelled control with its hint and its error tied to it.
export function Field({ label, hint, error, optional = false, className, children }: FieldProps) {
  const id = useId();
  const hintId = hint !== undefined ? `${id}-hint` : undefined;
  const failed = error !== null && error !== undefined && error !== '';
  const errorId = failed ? `${id}-error` : undefined;
  const described = [errorId, hintId].filter((part) => part !== undefined).join(' ');
  return (
    <div className={cn('grid content-start gap-1', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="font-normal text-muted"> (optional)</span>}
      </label>
      {children({ id, 'aria-describedby': described === '' ? undefined : described, 'aria-invalid': failed || undefined })}
      {failed && (
        <p id={errorId} className="text-meta text-danger">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={hintId} className="text-meta text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
