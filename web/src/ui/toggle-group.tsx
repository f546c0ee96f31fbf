import * as Radix from '@radix-ui/react-toggle-group';
import { cn } from './cn';

interface ToggleGroupProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; name?: string }[];
  onChange: (value: T) => void;
  className?: string;
}

// One of a few, all visible.
export function ToggleGroup<T extends string>({ label, value, options, onChange, className }: ToggleGroupProps<T>) {
  return (
    <Radix.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        if (next !== '') onChange(next as T);
      }}
      className={cn('inline-flex rounded-card border border-control bg-surface p-0.5', className)}
    >
      {options.map((option) => (
        <Radix.Item
          key={option.value}
          value={option.value}
          aria-label={option.name}
          className="figures min-h-7 min-w-8 rounded-picture px-2.5 hover:bg-hover data-[state=on]:bg-selected data-[state=on]:font-semibold coarse:min-h-11 coarse:min-w-11"
        >
          {option.label}
        </Radix.Item>
      ))}
    </Radix.Root>
  );
}
