import { X } from 'lucide-react';
import type { Camera } from '../api/types';
import { displayName } from '../domain/camera';
import { Button } from '../ui/button';
import { Field, Select } from '../ui/field';

export interface ChipLike {
  key: string;
  text: string;
  onRemove: () => void;
}

// What narrows a list, each to be taken away by one press.
export function Chips({ chips }: { chips: ChipLike[] }) {
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {chips.map(({ key, text, onRemove }) => (
        <li key={key}>
          <Button onClick={onRemove} aria-label={`Remove ${text}`}>
            {text}
            <X aria-hidden="true" />
          </Button>
        </li>
      ))}
    </ul>
  );
}

export const nameOf = (cameras: readonly Camera[], id: string): string => {
  const camera = cameras.find((each) => each.id === id);
  return camera === undefined ? id : displayName(camera);
};

export const cameraChips = (cameras: readonly Camera[], chosen: readonly string[], onChange: (chosen: string[]) => void): ChipLike[] =>
  chosen.map((id) => ({ key: `camera ${id}`, text: nameOf(cameras, id), onRemove: () => onChange(chosen.filter((each) => each !== id)) }));

interface CameraFieldProps {
  cameras: readonly Camera[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

export function CameraField({ cameras, chosen, onChange }: CameraFieldProps) {
  return (
    <Field label="Camera">
      {(control) => (
        <Select {...control} value="" onChange={(e) => e.target.value !== '' && onChange([...chosen, e.target.value])}>
          <option value="">{chosen.length === 0 ? 'All cameras' : 'One more'}</option>
          {cameras
            .filter((camera) => !chosen.includes(camera.id))
            .map((camera) => (
              <option key={camera.id} value={camera.id}>
                {displayName(camera)}
              </option>
            ))}
        </Select>
      )}
    </Field>
  );
}
