import { Link, useParams } from 'react-router-dom';
import { failureOf } from '../../api/result';
import { displayName, numberText } from '../../domain/camera';
import { useCameraOnce } from '../../queries/cameras';
import { Button } from '../../ui/button';
import { FailureAlert } from '../../ui/FailureAlert';
import { Page } from '../../ui/page';
import { EditForm } from './EditForm';

export default function EditCameraPage() {
  const { id = '' } = useParams();
  const query = useCameraOnce(id);
  if (query.data === undefined) {
    if (query.error === null) return null;
    const failure = failureOf(query.error);
    const gone = failure.kind === 'problem' && failure.status === 404;
    return (
      <Page title={gone ? 'Camera not found' : 'Camera'}>
        <FailureAlert
          what={gone ? `There is no camera ${id}. It may have been removed.` : "Couldn't load the camera."}
          failure={failure}
          onRetry={() => void query.refetch()}
        />
        <p className="pt-4">
          <Button asChild>
            <Link to="/cameras">Go to Cameras</Link>
          </Button>
        </p>
      </Page>
    );
  }
  const camera = query.data;
  return (
    <Page
      title={['Edit', numberText(camera.number), displayName(camera)].filter((part) => part !== '').join(' ')}
      actions={
        <Button asChild>
          <Link to={`/live/camera/${encodeURIComponent(id)}`}>Open live</Link>
        </Button>
      }
    >
      <EditForm camera={camera} onReload={() => void query.refetch()} />
    </Page>
  );
}
