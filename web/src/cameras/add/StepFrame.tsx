import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';

interface StepFrameProps {
  title: string;
  children: ReactNode;
  footer: ReactNode;
  onSubmit?: () => void;
}

// One step: its heading takes the focus, Enter takes its main action.
export function StepFrame({ title, children, footer, onSubmit }: StepFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      <h2 ref={heading} tabIndex={-1} className="text-section font-semibold outline-none">
        {title}
      </h2>
      {children}
      <div className="flex flex-wrap justify-end gap-2 border-t border-border pt-4">{footer}</div>
    </form>
  );
}
