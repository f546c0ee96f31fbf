import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../api/result';
import { goingLines, isNothingOwn, type Kept, KEPT_KINDS, keptFaults, type KeptField, keptFor, type KeptForm as Form, keptText, type KeptKind, type KeptUnit, type Owner, type OwnKept, readKept, unitsFor } from '../domain/kept';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Field, Input, Select } from '../ui/field';
import { Alert } from '../ui/surface';

const LABELS: Record<KeptKind, string> = { files: 'Files', pictures: 'Pictures', findings: 'Findings', jobs: 'Jobs' };
const ABOUT: Record<KeptKind, string> = {
  files: 'With everything made of them, since they are here.',
  pictures: 'Taken out of files, since their job ended.',
  findings: 'What was found in files, and the video with boxes, since the job ended.',
  jobs: 'That left nothing, with their log, since they ended.',
};
const UNIT_WORDS: Record<KeptUnit, string> = { days: 'days', hours: 'hours', minutes: 'minutes', seconds: 'seconds', ever: 'for ever' };

interface KeptFormProps {
  // Empty: not chosen yet.
  owner: string;
  // null: it is about this one and no other.
  choices: Owner[] | null;
  form: Form;
  everybody: Kept;
  // What they have by now.
  now: OwnKept;
  saving: boolean;
  failure: Failure | null;
  onChange: (part: { owner?: string; form?: Form }) => void;
  onCancel: () => void;
  onSave: (kept: OwnKept) => void;
}

// One owner's times. What is entered is the caller's, so that it outlives this form.
export function KeptForm({ owner, choices, form, everybody, now, saving, failure, onChange, onCancel, onSave }: KeptFormProps) {
  const box = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  useEffect(() => box.current?.querySelector<HTMLElement>('select:enabled, input:enabled')?.focus(), []);

  const { kept, faults } = readKept(form);
  const whole = Object.keys(faults).length === 0;
  const noOwner = owner === '';
  const nothing = choices !== null && whole && isNothingOwn(kept);
  const refused = failure?.kind === 'problem' ? keptFaults(failure.errors) : { fields: {}, rest: [] };
  const going = whole && !noOwner ? goingLines(keptFor(everybody, now), keptFor(everybody, kept)) : [];
  const change = (kind: KeptKind, part: Partial<KeptField>) => onChange({ form: { ...form, [kind]: { ...form[kind], ...part } } });
  const submit = () => {
    setTried(true);
    if (!whole || noOwner || nothing) {
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (!saving) onSave(kept);
  };
  const faultOf = (kind: KeptKind): string | undefined => {
    if (refused.fields[kind] !== undefined) return refused.fields[kind];
    if (!tried) return undefined;
    return faults[kind] ?? (nothing && kind === 'files' ? 'Enter at least one time: as it is, they would have none of their own.' : undefined);
  };

  return (
    <form
      ref={box}
      className="grid grid-cols-[minmax(0,1fr)] gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {choices !== null && (
        <Field label="Whose uploads" error={tried && noOwner ? 'Choose whose uploads these times are for.' : undefined}>
          {(control) => (
            <Select {...control} value={owner} onChange={(e) => onChange({ owner: e.target.value })}>
              <option value="">Choose</option>
              <Choices label="Users" choices={choices.filter(({ kind }) => kind === 'user')} />
              <Choices label="API keys" choices={choices.filter(({ kind }) => kind === 'key')} />
              {choices
                .filter(({ kind }) => kind === 'local')
                .map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
            </Select>
          )}
        </Field>
      )}
      {KEPT_KINDS.map((kind) => (
        <Field key={kind} label={LABELS[kind]} hint={`${ABOUT[kind]} Everybody’s: ${keptText(everybody[kind])}.`} error={faultOf(kind)}>
          {(control) => (
            <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-2">
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                maxLength={16}
                className="figures"
                placeholder={form[kind].unit === 'ever' ? '' : 'Everybody’s'}
                disabled={form[kind].unit === 'ever'}
                value={form[kind].unit === 'ever' ? '' : form[kind].amount}
                onChange={(e) => change(kind, { amount: e.target.value })}
              />
              <Select aria-label={`${LABELS[kind]}, unit`} value={form[kind].unit} onChange={(e) => change(kind, { unit: e.target.value as KeptUnit })}>
                {unitsFor(form[kind].unit).map((unit) => (
                  <option key={unit} value={unit}>
                    {UNIT_WORDS[unit]}
                  </option>
                ))}
              </Select>
            </div>
          )}
        </Field>
      ))}
      <div role="status" className="empty:hidden">
        {going.length > 0 && (
          <Alert tone="warn" title="What is older goes within a minute, and does not come back">
            <ul className="list-disc pl-4">
              {going.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <p>What is held stays.</p>
          </Alert>
        )}
      </div>
      {failure !== null && failure.kind !== 'aborted' && Object.keys(refused.fields).length === 0 && <FailureAlert what="Couldn't save the times." failure={failure} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant={going.length > 0 ? 'danger' : 'primary'} busy={saving} busyLabel="Saving">
          Save
        </Button>
      </div>
    </form>
  );
}

function Choices({ label, choices }: { label: string; choices: Owner[] }) {
  if (choices.length === 0) return null;
  return (
    <optgroup label={label}>
      {choices.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}
