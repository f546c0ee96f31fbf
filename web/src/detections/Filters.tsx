import { X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Camera } from '../api/types';
import { displayName } from '../domain/camera';
import type { DetectionFilter } from '../domain/detections';
import { percent } from '../domain/format';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';

interface FiltersProps {
  filter: DetectionFilter;
  cameras: Camera[];
  onChange: (part: Partial<DetectionFilter>) => void;
}

const SCORES = [0, 0.3, 0.5, 0.7, 0.9];

export function Filters({ filter, cameras, onChange }: FiltersProps) {
  const [label, setLabel] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    const wanted = label.trim();
    if (wanted !== '' && !filter.labels.includes(wanted)) onChange({ labels: [...filter.labels, wanted] });
    setLabel('');
  };
  const nameOf = (id: string) => {
    const camera = cameras.find((each) => each.id === id);
    return camera === undefined ? id : displayName(camera);
  };
  const free = cameras.filter((camera) => !filter.cameras.includes(camera.id));
  return (
    <div className="grid gap-2 pb-3">
      <div className="grid items-end gap-2 sm:grid-cols-3">
        <Field label="Camera">
          {(control) => (
            <Select {...control} value="" onChange={(e) => e.target.value !== '' && onChange({ cameras: [...filter.cameras, e.target.value] })}>
              <option value="">{filter.cameras.length === 0 ? 'All cameras' : 'One more'}</option>
              {free.map((camera) => (
                <option key={camera.id} value={camera.id}>
                  {displayName(camera)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <form onSubmit={add}>
          <Field label="Label">{(control) => <Input {...control} placeholder="Everything" autoCapitalize="none" value={label} onChange={(e) => setLabel(e.target.value)} />}</Field>
        </form>
        <Field label="Confidence">
          {(control) => (
            <Select {...control} value={String(filter.minScore)} onChange={(e) => onChange({ minScore: Number(e.target.value) })}>
              {[...new Set([...SCORES, filter.minScore])]
                .sort((a, b) => a - b)
                .map((score) => (
                  <option key={score} value={score}>
                    {score === 0 ? 'Any' : `From ${percent(score)}`}
                  </option>
                ))}
            </Select>
          )}
        </Field>
      </div>
      {(filter.cameras.length > 0 || filter.labels.length > 0) && (
        <ul aria-label="Filters" className="flex flex-wrap gap-2">
          {filter.cameras.map((id) => (
            <Chip key={id} text={nameOf(id)} onRemove={() => onChange({ cameras: filter.cameras.filter((each) => each !== id) })} />
          ))}
          {filter.labels.map((each) => (
            <Chip key={each} text={each} onRemove={() => onChange({ labels: filter.labels.filter((other) => other !== each) })} />
          ))}
        </ul>
      )}
    </div>
  );
}

const Chip = ({ text, onRemove }: { text: string; onRemove: () => void }) => (
  <li>
    <Button onClick={onRemove} aria-label={`Remove ${text}`}>
      {text}
      <X aria-hidden="true" />
    </Button>
  </li>
);
