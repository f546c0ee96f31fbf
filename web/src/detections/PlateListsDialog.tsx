import { useState } from 'react';
import { failureOf } from '../api/result';
import type { PlateSettings } from '../api/types';
import { halfWritten, plateFaults, type PlateFieldName, type PlateForm, plateFormFrom, plateSettingsFrom } from '../domain/plateLists';
import { usePlateSettings, useSetPlateSettings } from '../queries/plateSettings';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { Field, Select, TextArea } from '../ui/field';
import { Switch } from '../ui/switch';

interface PlateListsDialogProps {
  open: boolean;
  onClose: () => void;
}

// Which plates are expected or not wanted, and how plates look here.
export function PlateListsDialog({ open, onClose }: PlateListsDialogProps) {
  const query = usePlateSettings(open);
  const failure = query.error === null ? null : failureOf(query.error);
  return (
    <Dialog open={open} onOpenChange={onClose} title="Lists and formats" description="They apply to plates that are read from now on, on all cameras.">
      {failure !== null && failure.kind !== 'aborted' && (
        <FailureAlert what="Couldn't load the lists." failure={failure} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && failure === null && <Editor key={query.data.version} settings={query.data} onClose={onClose} />}
    </Dialog>
  );
}

const BOXES: { name: PlateFieldName; label: string; hint: string; rows: number }[] = [
  { name: 'allow', label: 'Expected plates', hint: 'One to a line. Behind a colon whose it is: “M-AB 12 : the gardener”.', rows: 4 },
  { name: 'deny', label: 'Plates that are not wanted', hint: 'One to a line. Where both lists are as near, this one counts.', rows: 4 },
  { name: 'formats', label: 'Formats', hint: 'One to a line: “DE = [A-Z]{2,5}[0-9]{1,4}”. The first that fits wins. None: everything is a plate.', rows: 3 },
  { name: 'replacements', label: 'Replacements', hint: 'One to a line, before the formats: “^UK -> ”.', rows: 2 },
];

const STEPS = { maxEdits: ['0', '1', '2', '3'], maxCorrections: ['0', '1', '2', '3', '4'] };

function Editor({ settings, onClose }: { settings: PlateSettings; onClose: () => void }) {
  const [form, setForm] = useState<PlateForm>(() => plateFormFrom(settings));
  const [own, setOwn] = useState<Partial<Record<PlateFieldName, string>>>({});
  const save = useSetPlateSettings();
  const show = useToasts((state) => state.show);
  const change = (part: Partial<PlateForm>) => setForm((before) => ({ ...before, ...part }));
  const failure = save.error === null ? null : failureOf(save.error);
  const faults = { ...(failure?.kind === 'problem' ? plateFaults(form, failure.errors) : {}), ...own };
  const submit = () => {
    const half = halfWritten(form);
    setOwn(half);
    if (Object.keys(half).length > 0) return;
    save.mutate(plateSettingsFrom(form, settings.version), {
      onSuccess: () => {
        show('ok', 'Lists and formats were saved');
        onClose();
      },
    });
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {BOXES.map(({ name, label, hint, rows }) => (
        <Field key={name} label={label} hint={hint} error={faults[name]}>
          {(control) => (
            <TextArea {...control} className="mono" rows={rows} spellCheck={false} autoComplete="off" value={form[name]} onChange={(e) => change({ [name]: e.target.value })} />
          )}
        </Field>
      ))}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Letters off" hint="By which a reading may differ from a listed plate.">
          {(control) => <Steps {...control} steps={STEPS.maxEdits} value={form.maxEdits} onChange={(maxEdits) => change({ maxEdits })} />}
        </Field>
        <Field label="Corrections" hint="Letters that may be changed for those they look like, to fit a format.">
          {(control) => <Steps {...control} steps={STEPS.maxCorrections} value={form.maxCorrections} onChange={(maxCorrections) => change({ maxCorrections })} />}
        </Field>
      </div>
      <Switch label="Only what fits a format is a plate" checked={form.onlyKnown} onChange={(onlyKnown) => change({ onlyKnown })} />
      {failure !== null && failure.kind !== 'aborted' && Object.keys(faults).length === 0 && <FailureAlert what="Couldn't save the lists." failure={failure} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button type="button" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" variant="primary" busy={save.isPending} busyLabel="Saving">
          Save
        </Button>
      </div>
    </form>
  );
}

function Steps({ steps, value, onChange, ...control }: { id: string; steps: string[]; value: string; onChange: (value: string) => void }) {
  return (
    <Select {...control} value={value} onChange={(e) => onChange(e.target.value)}>
      {steps.map((step) => (
        <option key={step} value={step}>
          {step}
        </option>
      ))}
    </Select>
  );
}
