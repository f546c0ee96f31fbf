import type { CameraForm, FormErrors } from '../domain/cameraForm';
import { Field, Input } from '../ui/field';

interface DetailFieldsProps {
  form: CameraForm;
  errors: FormErrors;
  onChange: (change: Partial<CameraForm>) => void;
  // Places and sections that other cameras have.
  places: string[];
  sections: string[];
}

export function DetailFields({ form, errors, onChange, places, sections }: DetailFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" optional error={errors.name} hint="Such as Door">
        {(control) => <Input {...control} autoComplete="off" maxLength={200} value={form.name} onChange={(e) => onChange({ name: e.target.value })} />}
      </Field>
      <Field label="Number" optional error={errors.number} hint="Gives the order on the wall">
        {(control) => <Input {...control} className="figures" autoComplete="off" inputMode="numeric" value={form.number} onChange={(e) => onChange({ number: e.target.value })} />}
      </Field>
      <Field label="Place" optional error={errors.place} hint="Such as Restaurant or Building 2">
        {(control) => <Input {...control} autoComplete="off" maxLength={200} list="known-places" value={form.place} onChange={(e) => onChange({ place: e.target.value })} />}
      </Field>
      <Field label="Section" optional error={errors.section} hint="Such as Ground floor">
        {(control) => <Input {...control} autoComplete="off" maxLength={200} list="known-sections" value={form.section} onChange={(e) => onChange({ section: e.target.value })} />}
      </Field>
      <datalist id="known-places">
        {places.map((place) => (
          <option key={place} value={place} />
        ))}
      </datalist>
      <datalist id="known-sections">
        {sections.map((section) => (
          <option key={section} value={section} />
        ))}
      </datalist>
    </div>
  );
}

export const knownOf = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))].sort((a, b) => a.localeCompare(b));
