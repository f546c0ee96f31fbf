import { Link } from 'react-router-dom';
import type { Camera } from '../api/types';
import { displayName, type Health } from '../domain/camera';
import { STEP_LABELS } from '../domain/reasons';
import { useCameraAction } from '../queries/cameras';
import { isAdministrator, useSession } from '../stores/session';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';

// The one next step of a fault, for those who may take it.
export function FaultAction({ camera, health }: { camera: Camera; health: Health }) {
  const administrator = isAdministrator(useSession((state) => state.user));
  const show = useToasts((state) => state.show);
  const action = useCameraAction();
  if (!administrator || health.step === 'none') return null;
  const name = displayName(camera);
  const label = STEP_LABELS[health.step];
  if (health.step === 'change_sign_in' || health.step === 'change_address' || health.step === 'network_rules') {
    return (
      <Button asChild size="small">
        <Link to={`/cameras/${encodeURIComponent(camera.id)}#source`} aria-label={`${label}: ${name}`}>
          {label}
        </Link>
      </Button>
    );
  }
  const start = health.step === 'start';
  return (
    <Button
      size="small"
      busy={action.isPending}
      busyLabel={start ? 'Starting' : 'Trying'}
      aria-label={`${start ? 'Start' : 'Try now'}: ${name}`}
      onClick={() =>
        action.mutate(
          { id: camera.id, action: start ? 'start' : 'retry' },
          { onError: (error) => show('danger', `Couldn't ${start ? 'start' : 'reach'} ${name}: ${error.message}`) },
        )
      }
    >
      {start ? 'Start' : 'Try now'}
    </Button>
  );
}
