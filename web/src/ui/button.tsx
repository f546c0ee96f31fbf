import { Slot } from '@radix-ui/react-slot';
import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn';

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-card font-medium whitespace-nowrap transition-colors duration-(--fade) disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60 [&_svg]:size-5 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:not-disabled:brightness-110',
        secondary: 'border border-control bg-surface text-text hover:not-disabled:bg-hover',
        ghost: 'text-text hover:not-disabled:bg-hover',
        danger: 'bg-danger-fill text-white hover:not-disabled:brightness-110',
        link: 'text-accent underline underline-offset-2 hover:no-underline',
      },
      size: {
        normal: 'min-h-9 px-3.5 coarse:min-h-11',
        small: 'min-h-7 px-2.5 text-meta coarse:min-h-11 coarse:px-3.5',
        icon: 'size-9 coarse:size-11',
        bare: 'min-h-6 coarse:min-h-11',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'normal' },
  },
);

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof look> {
  // Renders the child (a link) with the look of a button.
  asChild?: boolean;
  // A slow action: labelled at once, a second click does nothing.
  busy?: boolean | undefined;
  busyLabel?: string;
}

export function Button({ className, variant, size, asChild = false, busy = false, busyLabel, children, onClick, type, ...rest }: ButtonProps) {
  if (asChild) {
    return (
      <Slot className={cn(look({ variant, size }), className)} {...rest}>
        {children}
      </Slot>
    );
  }
  return (
    <button
      type={type ?? 'button'}
      className={cn(look({ variant, size }), className)}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {busy && <Spinner />}
      {busy && busyLabel !== undefined ? busyLabel : children}
    </button>
  );
}

export function Spinner() {
  return <span aria-hidden="true" className="size-4 animate-spin rounded-full border-2 border-current border-t-transparent" />;
}
