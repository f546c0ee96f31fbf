import { useEffect, useRef, useState } from 'react';
import { failureOf } from '../../api/result';
import type { Camera, CameraCreate, ProbeReport } from '../../api/types';
import { type CameraForm, detailErrors, errorsFrom, type FormErrors, sourceErrors, toCreate } from '../../domain/cameraForm';
import { snapshotUrl } from '../../domain/probe';
import { freeCameraId, isHandedIn } from '../../domain/source';
import { useCreateCamera } from '../../queries/cameras';
import { Button } from '../../ui/button';
import { FailureAlert } from '../../ui/FailureAlert';
import { Field, Input } from '../../ui/field';
import { Switch } from '../../ui/switch';
import { DetailFields, knownOf } from '../DetailFields';
import { SubStreamFields } from '../SubStreamFields';
import { useDraft } from './draft';
import { StepFrame } from './StepFrame';

interface UseStepProps {
  form: CameraForm;
  cameras: Camera[];
  report: ProbeReport | null;
  onChange: (change: Partial<CameraForm>) => void;
  onBack: () => void;
}

export function UseStep({ form, cameras, report, onChange, onBack }: UseStepProps) {
  const create = useCreateCamera();
  const added = useDraft((state) => state.added);
  const [tried, setTried] = useState(false);
  const summary = useRef<HTMLDivElement>(null);
  const snapshot = report === null ? null : snapshotUrl(report.snapshot);
  const ids = cameras.map((camera) => camera.id);
  const suggested = freeCameraId(ids);
  const failure = create.error === null ? null : failureOf(create.error);
  const refused = failure !== null && failure.kind === 'problem' ? errorsFrom(failure.errors) : { fields: {}, rest: [] };
  const own: FormErrors = { ...detailErrors(form, ids), ...sourceErrors(form) };
  const errors: FormErrors = { ...refused.fields, ...(tried ? own : {}) };

  useEffect(() => {
    if (failure !== null) summary.current?.focus();
  }, [failure]);

  const submit = () => {
    setTried(true);
    if (Object.keys(own).length > 0 || create.isPending) return;
    const id = form.id === '' ? suggested : form.id;
    create.mutate(toCreate({ ...form, id }) as CameraCreate, { onSuccess: (camera) => added(camera.id) });
  };
  const change = (what: Partial<CameraForm>) => {
    if (create.error !== null) create.reset();
    onChange(what);
  };
  return (
    <StepFrame
      title="How is it used?"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onBack}>Back</Button>
          <Button type="submit" variant="primary" busy={create.isPending} busyLabel="Adding">
            Add camera
          </Button>
        </>
      }
    >
      {failure !== null && (
        <div ref={summary} tabIndex={-1} className="outline-none">
          <FailureAlert what="Couldn't add the camera." failure={failure}>
            {refused.rest.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </FailureAlert>
        </div>
      )}
      {snapshot !== null && <img src={snapshot} alt="First picture of the camera" className="max-h-48 rounded-picture bg-well object-contain" />}
      <DetailFields
        form={form}
        errors={errors}
        onChange={change}
        places={knownOf(cameras.map((camera) => camera.place))}
        sections={knownOf(cameras.map((camera) => camera.section))}
      />
      <Switch
        label="Detect motion"
        hint="Tells other programs when something moves."
        checked={form.motion.enabled}
        onChange={(enabled) => change({ motion: { ...form.motion, enabled } })}
      />
      <Switch
        label="Detect objects"
        hint="Finds people, vehicles and things, and follows them."
        checked={form.analysis.enabled}
        onChange={(enabled) => change({ analysis: { ...form.analysis, enabled } })}
      />
      <details className="rounded-card border border-border p-3" open={errors.id !== undefined || errors.subUrl !== undefined || undefined}>
        <summary className="min-h-6 font-medium coarse:min-h-11">More</summary>
        <div className="grid gap-4 pt-3">
          <Field label="Id" optional error={errors.id} hint="In addresses and events; cannot be changed later.">
            {(control) => (
              <Input {...control} className="mono" autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} placeholder={suggested} value={form.id} onChange={(e) => change({ id: e.target.value.trim() })} />
            )}
          </Field>
          {!isHandedIn(form.sourceType) && <SubStreamFields form={form} errors={errors} onChange={change} />}
        </div>
      </details>
    </StepFrame>
  );
}
