import { modelOptions } from '../domain/performance';
import { useModels } from '../queries/analysis';
import { Field, Input, Select } from '../ui/field';

interface ModelFieldProps {
  model: string;
  error: string | undefined;
  onChange: (model: string) => void;
}

// Chosen from what the server has; typed where it cannot say what that is.
export function ModelField({ model, error, onChange }: ModelFieldProps) {
  const { data: list, isError } = useModels();
  if (list === undefined && isError) {
    return (
      <Field label="Model" optional hint="Its name in the catalogue. Empty: the default model; “classic”: the detector that needs no model." error={error}>
        {(control) => <Input {...control} className="mono" autoCapitalize="none" spellCheck={false} maxLength={128} value={model} onChange={(e) => onChange(e.target.value)} />}
      </Field>
    );
  }
  return (
    <Field label="Model" hint="“classic” needs no model and finds people only. Others are added on the server with “vigil models”." error={error}>
      {(control) => (
        <Select {...control} value={model} onChange={(e) => onChange(e.target.value)}>
          {(list === undefined ? [{ value: model, text: model === '' ? 'The default' : model, disabled: false }] : modelOptions(list.models, list.default, model)).map(({ value, text, disabled }) => (
            <option key={value} value={value} disabled={disabled}>
              {text}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
