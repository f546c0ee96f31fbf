import { useState } from 'react';
import type { Camera } from '../../api/types';
import { displayName } from '../../domain/camera';
import { type CameraForm, sourceErrors } from '../../domain/cameraForm';
import { Button } from '../../ui/button';
import { Alert } from '../../ui/surface';
import { isHandedIn } from '../../domain/source';
import { SourceFields } from '../SourceFields';
import { StepFrame } from './StepFrame';

interface SourceStepProps {
  form: CameraForm;
  cameras: Camera[];
  onChange: (change: Partial<CameraForm>) => void;
  onCheck: () => void;
  onUse: () => void;
}

export function SourceStep({ form, cameras, onChange, onCheck, onUse }: SourceStepProps) {
  const [tried, setTried] = useState(false);
  const errors = sourceErrors(form);
  const push = isHandedIn(form.sourceType);
  const same = push ? undefined : cameras.find((camera) => camera.source_url !== null && camera.source_url === form.url.trim());
  const submit = () => {
    setTried(true);
    if (Object.keys(errors).length > 0) return;
    if (push) onUse();
    else onCheck();
  };
  return (
    <StepFrame
      title="Where does the picture come from?"
      onSubmit={submit}
      footer={
        <Button type="submit" variant="primary">
          {push ? 'Continue' : 'Check'}
        </Button>
      }
    >
      <SourceFields form={form} errors={tried ? errors : {}} onChange={onChange} hasPassword={false} />
      {push && <p className="text-muted">No address is needed: after the last step you get a ready line for whoever sends the pictures.</p>}
      {same !== undefined && <Alert tone="warn">{displayName(same)} has this address already.</Alert>}
    </StepFrame>
  );
}
