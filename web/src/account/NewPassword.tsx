import { strengthOf } from '../domain/password';
import { Field, Input } from '../ui/field';

interface NewPasswordProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null | undefined;
}

export function NewPassword({ label, value, onChange, error }: NewPasswordProps) {
  const { score, words } = strengthOf(value);
  return (
    <Field
      label={label}
      error={error}
      hint={
        <span className="flex items-center gap-3">
          <span aria-hidden="true" className="flex flex-1 gap-1">
            {[1, 2, 3, 4].map((step) => (
              <span key={step} className={`h-1.5 flex-1 rounded-full ${score >= step ? 'bg-accent' : 'bg-border'}`} />
            ))}
          </span>
          <span aria-live="polite">{words === '' ? 'At least 10 characters' : words}</span>
        </span>
      }
    >
      {(control) => <Input {...control} type="password" name="new-password" autoComplete="new-password" value={value} onChange={(e) => onChange(e.target.value)} />}
    </Field>
  );
}
