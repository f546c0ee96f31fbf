import { Button } from '../../ui/button';
import { FailureAlert } from '../../ui/FailureAlert';
import { ProbeView } from '../ProbeView';
import type { Probe } from '../useProbe';
import { StepFrame } from './StepFrame';

interface CheckStepProps {
  probe: Probe;
  onBack: () => void;
  onAgain: () => void;
  onUse: () => void;
}

export function CheckStep({ probe, onBack, onAgain, onUse }: CheckStepProps) {
  const works = probe.report?.ok === true;
  const over = probe.state === 'done' || probe.state === 'failed';
  return (
    <StepFrame
      title={works ? 'The camera answers' : over ? 'The camera gives no picture' : 'Checking the camera'}
      {...(works ? { onSubmit: onUse } : {})}
      footer={
        <>
          <Button onClick={onBack}>{over && !works ? 'Change address or sign-in' : 'Back'}</Button>
          {over && <Button onClick={onAgain}>Check again</Button>}
          {over && !works && <Button onClick={onUse}>Add it anyway</Button>}
          {works && (
            <Button type="submit" variant="primary">
              Continue
            </Button>
          )}
        </>
      }
    >
      {probe.failure === null ? (
        <ProbeView report={probe.report} />
      ) : (
        <FailureAlert
          what="The check could not be made."
          failure={probe.failure}
        >
          {probe.failure.kind === 'problem' && probe.failure.status === 503 && <p>Other checks are under way. Try again in some seconds.</p>}
        </FailureAlert>
      )}
    </StepFrame>
  );
}
