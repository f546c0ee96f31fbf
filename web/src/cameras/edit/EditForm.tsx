import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { failureOf } from '../../api/result';
import type { Camera, CameraPatch } from '../../api/types';
import { displayName } from '../../domain/camera';
import { type CameraForm, detailErrors, errorsFrom, type FormErrors, formOf, sourceErrors, toPatch } from '../../domain/cameraForm';
import { isHandedIn } from '../../domain/source';
import { useCameras, useChangeCamera } from '../../queries/cameras';
import { useToasts } from '../../stores/toasts';
import { Button } from '../../ui/button';
import { cn } from '../../ui/cn';
import { FailureAlert } from '../../ui/FailureAlert';
import { Alert, Card } from '../../ui/surface';
import { AnalysisFields } from '../AnalysisFields';
import { DeleteDialog } from '../DeleteDialog';
import { DetailFields, knownOf } from '../DetailFields';
import { MotionFields } from '../MotionFields';
import { ProbeView } from '../ProbeView';
import { PushLine } from '../PushLine';
import { SourceFields } from '../SourceFields';
import { StreamKeyLine } from '../StreamKeyLine';
import { SubStreamFields } from '../SubStreamFields';
import { useProbe } from '../useProbe';
import { AnalysisPreview } from './AnalysisPreview';
import { Conflict } from './Conflict';
import { MaskEditor } from './MaskEditor';
import { useLeaveWarning } from '../../ui/useLeaveWarning';

interface EditFormProps {
  camera: Camera;
  onReload: () => void;
}

export function EditForm({ camera, onReload }: EditFormProps) {
  const [form, setForm] = useState<CameraForm>(() => formOf(camera));
  const [version, setVersion] = useState(camera.version);
  const [tried, setTried] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const summary = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const { hash } = useLocation();
  const cameras = useCameras().data ?? [];
  const save = useChangeCamera(camera.id);
  const probe = useProbe();
  const show = useToasts((state) => state.show);

  const patch = toPatch(form, camera);
  const changed = Object.keys(patch).length > 0;
  const failure = save.error === null ? null : failureOf(save.error);
  const conflict = failure?.kind === 'problem' && failure.status === 412;
  const refused = failure?.kind === 'problem' ? errorsFrom(failure.errors) : { fields: {}, rest: [] };
  const own: FormErrors = { ...detailErrors(form, []), ...sourceErrors(form) };
  const errors: FormErrors = { ...refused.fields, ...(tried ? own : {}) };
  const name = displayName(camera);
  const checkable = !isHandedIn(form.sourceType) && !['file', 'v4l2'].includes(form.sourceType);
  useLeaveWarning(changed && !save.isSuccess);

  // Read anew: begin again with what the server has.
  useEffect(() => {
    setForm(formOf(camera));
    setVersion(camera.version);
    setTried(false);
  }, [camera]);
  useEffect(() => {
    if (hash === '#source') document.querySelector<HTMLElement>('#source input')?.focus();
  }, [hash]);
  useEffect(() => {
    if (failure !== null) summary.current?.focus();
  }, [failure]);

  const change = (what: Partial<CameraForm>) => {
    if (save.error !== null && !conflict) save.reset();
    setForm((before) => ({ ...before, ...what }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(own).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (!changed || save.isPending) return;
    save.mutate(
      { patch: patch as CameraPatch, version },
      {
        onSuccess: () => {
          show('ok', `${name} was saved`);
          onReload();
        },
      },
    );
  };

  return (
    <form className="grid gap-4 *:max-w-3xl" onSubmit={submit} noValidate>
      <div ref={summary} tabIndex={-1} className="outline-none empty:hidden">
        {conflict && (
          <Conflict
            id={camera.id}
            onKeepMine={(theirs) => {
              setVersion(theirs);
              save.reset();
            }}
            onTakeTheirs={onReload}
          />
        )}
        {failure !== null && !conflict && (
          <FailureAlert what={`Couldn't save ${name}.`} failure={failure}>
            {refused.rest.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </FailureAlert>
        )}
      </div>
      <Card aria-labelledby="details-heading" className="grid gap-4">
        <h2 id="details-heading" className="text-section font-semibold">
          Name and place
        </h2>
        <DetailFields
          form={form}
          errors={errors}
          onChange={change}
          places={knownOf(cameras.map((other) => other.place))}
          sections={knownOf(cameras.map((other) => other.section))}
        />
        <p className="text-muted">
          Id <span className="mono text-text">{camera.id}</span>
        </p>
      </Card>
      <Card id="source" aria-labelledby="source-heading" className="grid gap-4">
        <h2 id="source-heading" className="text-section font-semibold">
          Source
        </h2>
        <SourceFields form={form} errors={errors} onChange={change} hasPassword={camera.has_password} />
        {form.sourceType === 'http_push' && <PushLine cameraId={camera.id} />}
        {form.sourceType === 'rtmp_push' && camera.source_type === 'rtmp_push' && (
          <StreamKeyLine cameraId={camera.id} hasKey={camera.has_password} onMade={() => !changed && onReload()} />
        )}
        {checkable && <SubStreamFields form={form} errors={errors} onChange={change} />}
        {checkable && (
          <div className="grid gap-4">
            <div>
              <Button
                busy={probe.state === 'running'}
                busyLabel="Checking"
                onClick={() => {
                  setTried(true);
                  if (sourceErrors(form).url === undefined) probe.run(form, camera.id);
                }}
              >
                Check source
              </Button>
            </div>
            {probe.state !== 'idle' && (probe.failure === null ? <ProbeView report={probe.report} /> : <FailureAlert what="The check could not be made." failure={probe.failure} />)}
          </div>
        )}
      </Card>
      <Card aria-labelledby="motion-heading" className="grid gap-4">
        <h2 id="motion-heading" className="text-section font-semibold">
          Motion
        </h2>
        <MotionFields form={form} errors={errors} onChange={change} />
        {form.motion.enabled && (
          <MaskEditor
            cameraId={camera.id}
            masks={form.motion.masks}
            error={errors.masks}
            name="Masks"
            help="Movement inside a mask is ignored."
            onChange={(masks) => change({ motion: { ...form.motion, masks } })}
          />
        )}
      </Card>
      <Card aria-labelledby="analysis-heading" className={cn('grid gap-4', form.analysis.enabled && 'xl:max-w-6xl!')}>
        <h2 id="analysis-heading" className="text-section font-semibold">
          Objects
        </h2>
        <div className={cn('grid gap-4', form.analysis.enabled && 'xl:grid-cols-2 xl:gap-6')}>
          {form.analysis.enabled && (
            <div className="xl:order-2">
              <div className="xl:sticky xl:top-4">
                <AnalysisPreview camera={camera} form={form.analysis} />
              </div>
            </div>
          )}
          <div className="grid content-start gap-4">
            <AnalysisFields form={form} errors={errors} onChange={change} />
            {form.analysis.enabled && (
              <MaskEditor
                cameraId={camera.id}
                masks={form.analysis.masks}
                error={errors.analysisMasks}
                name="Object masks"
                help="An object that stands inside a mask is ignored."
                onChange={(masks) => change({ analysis: { ...form.analysis, masks } })}
              />
            )}
          </div>
        </div>
      </Card>
      <div className="sticky bottom-0 z-(--z-sticky) flex flex-wrap items-center justify-end gap-2 border-t border-border bg-bg py-3 max-sm:bottom-[calc(56px+env(safe-area-inset-bottom))]">
        <p className="mr-auto text-muted">{changed ? 'Not saved yet' : 'No changes'}</p>
        <Button disabled={!changed} onClick={() => setForm(formOf(camera))}>
          Discard
        </Button>
        <Button type="submit" variant="primary" disabled={!changed} busy={save.isPending} busyLabel="Saving">
          Save
        </Button>
      </div>
      <Card aria-labelledby="delete-heading" className="flex flex-wrap items-center gap-4">
        <div className="mr-auto">
          <h2 id="delete-heading" className="text-section font-semibold">
            Delete
          </h2>
          <p className="text-muted">Removes this camera and its settings from the server.</p>
        </div>
        <Button variant="danger" onClick={() => setDeleting(true)}>
          Delete camera
        </Button>
      </Card>
      {!camera.enabled && <Alert tone="info">This camera is stopped. What you save is used once it is started.</Alert>}
      <DeleteDialog camera={deleting ? camera : null} onClose={() => setDeleting(false)} onDeleted={() => navigate('/cameras', { replace: true })} />
    </form>
  );
}
