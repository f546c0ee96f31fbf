import type { CameraForm, FormErrors } from '../domain/cameraForm';
import { parseAddress } from '../domain/source';
import { Field, Input } from '../ui/field';
import { Switch } from '../ui/switch';

interface SubStreamFieldsProps {
  form: CameraForm;
  errors: FormErrors;
  onChange: (change: Partial<CameraForm>) => void;
}

// A second, smaller stream of the same camera: analysis on it costs a fraction of analysis on the main one.
export function SubStreamFields({ form, errors, onChange }: SubStreamFieldsProps) {
  const { sub } = form;
  const set = (change: Partial<CameraForm['sub']>) => onChange({ sub: { ...sub, ...change } });
  return (
    <div className="grid gap-4">
      <Field label="Sub-stream address" optional error={errors.subUrl} hint="A smaller stream of the same camera. It uses the same user name and password.">
        {(control) => (
          <Input
            {...control}
            className="mono"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={sub.url}
            onChange={(event) => set({ url: event.target.value })}
            onBlur={(event) => {
              const { url, username, password } = parseAddress(event.target.value);
              set({ url, ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) });
            }}
          />
        )}
      </Field>
      {sub.url.trim() !== '' && (
        <>
          <Switch label="Motion looks at the sub-stream" checked={sub.analysis} onChange={(analysis) => set({ analysis })} />
          <Switch label="Live pictures come from the sub-stream" checked={sub.live} onChange={(live) => set({ live })} />
        </>
      )}
    </div>
  );
}
