import * as Radix from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { cn } from './cn';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  // Cannot be closed by Esc or a click outside: something has to be answered.
  required?: boolean;
  alert?: boolean;
  // For a table.
  wide?: boolean;
}

// A toast lies over the dialog: whoever takes its offer has not left the dialog. It may be gone from the page by then.
const isToast = (event: CustomEvent<{ originalEvent: Event }>): boolean => {
  const { target } = event.detail.originalEvent;
  return target instanceof Element && target.closest('[data-toast]') !== null;
};

export function Dialog({ open, onOpenChange, title, description, children, footer, required = false, alert = false, wide = false }: DialogProps) {
  const keep = (event: Event) => {
    if (required) event.preventDefault();
  };
  const keepOutside = (event: CustomEvent<{ originalEvent: Event }>) => {
    if (required || isToast(event)) event.preventDefault();
  };
  // What was pressed to open it has the focus again when it is closed, unless something else has taken it.
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (open) before.current = document.activeElement;
  }, [open]);
  const giveBack = (event: Event) => {
    event.preventDefault();
    if (document.activeElement === document.body && before.current instanceof HTMLElement) before.current.focus();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-(--z-dialog) bg-scrim" />
        <Radix.Content
          role={alert ? 'alertdialog' : 'dialog'}
          onEscapeKeyDown={keep}
          onCloseAutoFocus={giveBack}
          onPointerDownOutside={keepOutside}
          onInteractOutside={keepOutside}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cn(
            'fixed top-1/2 left-1/2 z-(--z-dialog) grid max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 gap-4 overflow-y-auto rounded-card border border-border bg-raised p-5 shadow-float',
            wide ? 'max-w-[820px]' : 'max-w-[480px]',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-section font-semibold">{title}</Radix.Title>
            {!required && (
              <Radix.Close aria-label="Close" className="-m-1.5 inline-flex size-9 items-center justify-center rounded-card hover:bg-hover coarse:size-11">
                <X aria-hidden="true" className="size-5" />
              </Radix.Close>
            )}
          </div>
          {description !== undefined && (
            <Radix.Description asChild>
              <div className="text-muted">{description}</div>
            </Radix.Description>
          )}
          {children}
          {footer !== undefined && <div className="flex flex-wrap justify-end gap-2">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
