import * as Radix from '@radix-ui/react-switch';
import { type ReactNode, useId } from 'react';

interface SwitchProps {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Switch({ label, hint, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex min-h-9 items-start justify-between gap-4 py-1 coarse:min-h-11">
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-meta text-muted">
            {hint}
          </p>
        )}
      </div>
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-describedby={hint !== undefined ? `${id}-hint` : undefined}
        className="relative h-6 w-11 shrink-0 rounded-full border border-control bg-well transition-colors duration-(--fade) before:absolute before:-inset-2.5 before:content-[''] data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-60"
      >
        <Radix.Thumb className="block size-4 translate-x-1 rounded-full bg-muted transition-transform duration-(--fade) data-[state=checked]:translate-x-[22px] data-[state=checked]:bg-on-accent" />
      </Radix.Root>
    </div>
  );
}
