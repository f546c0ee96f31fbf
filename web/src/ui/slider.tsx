import { useId } from 'react';

interface SliderProps {
  label: string;
  hint: string;
  min: number;
  max: number;
  value: number;
  // The value in words, for eyes and ears.
  text: string;
  onChange: (value: number) => void;
}

export function Slider({ label, hint, min, max, value, text, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <div className="flex justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <output htmlFor={id} className="figures text-muted">
          {text}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        value={value}
        aria-valuetext={text}
        aria-describedby={`${id}-hint`}
        className="h-7 w-full accent-accent coarse:h-11"
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <p id={`${id}-hint`} className="text-meta text-muted">
        {hint}
      </p>
    </div>
  );
}
