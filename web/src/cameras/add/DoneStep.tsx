import { Link } from 'react-router-dom';
import { displayName, healthOf } from '../../domain/camera';
import { isHandedIn } from '../../domain/source';
import { Picture } from '../../player/Picture';
import { useCamera } from '../../queries/cameras';
import { useNow } from '../../stores/clock';
import { Button } from '../../ui/button';
import { StatusBadge } from '../../ui/status-badge';
import { PushLine } from '../PushLine';
import { StreamKeyLine } from '../StreamKeyLine';
import { useDraft } from './draft';
import { StepFrame } from './StepFrame';

const DONE_MS = 500;

export function DoneStep() {
  const { addedId, another, form } = useDraft();
  const camera = useCamera(addedId ?? '').data;
  const now = useNow();
  const push = isHandedIn(form.sourceType);
  if (camera === undefined) return null;
  const health = healthOf(camera.status, now);
  return (
    <StepFrame
      title={`${displayName(camera)} was added`}
      footer={
        <>
          <Button onClick={() => another(false)}>Add another</Button>
          {!push && form.username !== '' && <Button onClick={() => another(true)}>Add another with the same sign-in</Button>}
          <Button asChild variant="primary">
            <Link to={`/live/camera/${encodeURIComponent(camera.id)}`}>Open live</Link>
          </Button>
        </>
      }
    >
      <p role="status" className="flex flex-wrap items-center gap-x-2">
        <StatusBadge tone={health.tone} word={health.word} />
        <span className="text-muted">{health.detail}</span>
      </p>
      <div className="aspect-video max-h-80 overflow-hidden rounded-picture">
        <Picture camera={camera} intervalMs={DONE_MS} paused={false} badges={false} boxes={false} named fit="fill" />
      </div>
      {camera.source_type === 'http_push' && <PushLine cameraId={camera.id} />}
      {camera.source_type === 'rtmp_push' && <StreamKeyLine cameraId={camera.id} hasKey={camera.has_password} />}
    </StepFrame>
  );
}
