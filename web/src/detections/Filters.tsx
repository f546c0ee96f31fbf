import { type FormEvent, useState } from 'react';
import type { Camera } from '../api/types';
import { type DetectionFilter, subjectName } from '../domain/detections';
import { percent } from '../domain/format';
import { Field, Input, Select } from '../ui/field';
import { CameraField, cameraChips, Chips } from './CameraField';

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
  return (
    <div className="grid gap-2 pb-3">
      <div className="grid items-end gap-2 sm:grid-cols-3">
        <CameraField cameras={cameras} chosen={filter.cameras} onChange={(chosen) => onChange({ cameras: chosen })} />
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
      <Chips
        chips={[
          ...cameraChips(cameras, filter.cameras, (chosen) => onChange({ cameras: chosen })),
          ...filter.labels.map((each) => ({ key: `label ${each}`, text: each, onRemove: () => onChange({ labels: filter.labels.filter((other) => other !== each) }) })),
          ...(filter.subject === null ? [] : [{ key: 'subject', text: `Subject ${subjectName(filter.subject)}`, onRemove: () => onChange({ subject: null }) }]),
        ]}
      />
    </div>
  );
}
