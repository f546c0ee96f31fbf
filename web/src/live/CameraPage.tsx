import { ArrowLeft, ChevronLeft, ChevronRight, Download, Expand, Pause, Pencil, Play, ScanSearch, Volume2, VolumeX } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import { latestPicture } from '../api/pictures';
import type { Camera } from '../api/types';
import { byNumber, displayName, healthOf, numberText, whereText } from '../domain/camera';
import { FaultAction } from '../player/FaultAction';
import { LiveVideo } from '../player/LiveVideo';
import type { Live } from '../player/useLive';
import { Zoomed, type ZoomKeys } from '../player/Zoomed';
import { useCamera, useCameraAction, useCameras } from '../queries/cameras';
import { useNow } from '../stores/clock';
import { useDevice } from '../stores/device';
import { isAdministrator, useSession } from '../stores/session';
import { useShortcuts } from '../stores/shortcuts';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Page } from '../ui/page';
import { StatusBadge } from '../ui/status-badge';
import { Alert } from '../ui/surface';
import { Figures } from './Figures';
import { Performance } from './Performance';
import { Playback } from './Playback';

const SINGLE_MS = 200;

export default function CameraPage() {
  const { id = '' } = useParams();
  const query = useCamera(id);
  if (query.data !== undefined) return <CameraView key={id} camera={query.data} />;
  if (query.error === null) return null;
  const failure = failureOf(query.error);
  return (
    <Page title={failure.kind === 'problem' && failure.status === 404 ? 'Camera not found' : 'Camera'}>
      <FailureAlert
        what={failure.kind === 'problem' && failure.status === 404 ? `There is no camera ${id}. It may have been removed.` : "Couldn't load the camera."}
        failure={failure}
        onRetry={() => void query.refetch()}
      />
      <p className="pt-4">
        <Button asChild>
          <Link to="/live">Go to Live</Link>
        </Button>
      </p>
    </Page>
  );
}

function CameraView({ camera }: { camera: Camera }) {
  const now = useNow();
  const stage = useRef<HTMLDivElement>(null);
  const zoom = useRef<ZoomKeys>(null);
  const navigate = useNavigate();
  const [paused, setPaused] = useState(false);
  const [live, setLive] = useState<Live | null>(null);
  const [sound, setSound] = useState(false);
  const heard = live !== null && live.streams.some(({ sounds }) => Object.keys(sounds).length > 0);
  const badges = useDevice((state) => state.badges);
  const setBadges = useDevice((state) => state.setBadges);
  const boxes = useDevice((state) => state.boxes);
  const setBoxes = useDevice((state) => state.setBoxes);
  const administrator = isAdministrator(useSession((state) => state.user));
  const show = useToasts((state) => state.show);
  const action = useCameraAction();
  const list = [...(useCameras().data ?? [])].sort(byNumber);
  const health = healthOf(camera.status, now);
  const name = displayName(camera);

  const place = list.findIndex((other) => other.id === camera.id);
  const other = (step: number) => (place < 0 ? undefined : list[(place + step + list.length) % list.length]);
  const goTo = (target: Camera | undefined) => {
    if (target !== undefined && target.id !== camera.id) navigate(`/live/camera/${encodeURIComponent(target.id)}`);
  };
  const fullScreen = () => void (document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen?.())?.catch(() => undefined);
  const save = async () => {
    const picture = await latestPicture(camera.id, 16384, new AbortController().signal);
    if (picture.kind !== 'picture') {
      show('danger', `Couldn't save a picture of ${name}: ${picture.kind === 'problem' ? picture.detail : 'the server does not answer'}`);
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(picture.jpeg);
    link.download = `${camera.id}-${new Date(picture.takenAt).toISOString().replace(/[:.]/g, '-')}.jpg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const toggle = () =>
    action.mutate(
      { id: camera.id, action: camera.enabled ? 'stop' : 'start' },
      { onError: (error) => show('danger', `Couldn't ${camera.enabled ? 'stop' : 'start'} ${name}: ${error.message}`) },
    );

  useShortcuts('Camera', [
    { keys: 'Space', label: 'Pause or go on', run: () => setPaused(!paused) },
    { keys: 'ArrowLeft', label: 'Camera before', run: () => goTo(other(-1)) },
    { keys: 'ArrowRight', label: 'Next camera', run: () => goTo(other(1)) },
    { keys: 'f', label: 'Full screen', run: fullScreen },
    ...(heard ? [{ keys: 'm', label: 'Sound', run: () => setSound(!sound) }] : []),
    { keys: 'b', label: 'Boxes around what is seen', run: () => setBoxes(!boxes) },
    { keys: 'i', label: 'Figures on the picture', run: () => setBadges(!badges) },
    { keys: '+', label: 'Enlarge', run: () => zoom.current?.by(1.5) },
    { keys: '-', label: 'Make smaller', run: () => zoom.current?.by(1 / 1.5) },
    { keys: '0', label: 'Whole picture', run: () => zoom.current?.reset() },
    { keys: 's', label: 'Save the picture', run: () => void save() },
    { keys: 'Escape', label: 'Back to Live', run: () => navigate('/live') },
  ]);

  const title = [numberText(camera.number), name].filter((part) => part !== '').join(' ');
  return (
    <Page
      title={title}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <StatusBadge tone={health.tone} word={health.word} />
          <Button asChild variant="ghost">
            <Link to="/live">
              <ArrowLeft aria-hidden="true" />
              All cameras
            </Link>
          </Button>
          {list.length > 1 && (
            <>
              <Button size="icon" variant="ghost" aria-label={`Camera before: ${displayName(other(-1) ?? camera)}`} onClick={() => goTo(other(-1))}>
                <ChevronLeft aria-hidden="true" />
              </Button>
              <Button size="icon" variant="ghost" aria-label={`Next camera: ${displayName(other(1) ?? camera)}`} onClick={() => goTo(other(1))}>
                <ChevronRight aria-hidden="true" />
              </Button>
            </>
          )}
        </div>
      }
      lead={whereText(camera) === '' ? undefined : whereText(camera)}
    >
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_280px]">
        <div className="grid min-w-0 content-start gap-3">
          {health.text !== '' && (
            <Alert
              tone={health.tone === 'danger' ? 'danger' : health.tone === 'warn' ? 'warn' : 'info'}
              title={[health.word, health.detail].filter((part) => part !== '').join(' ')}
              action={<FaultAction camera={camera} health={health} />}
            >
              <p>{health.text}</p>
              {camera.status.detail !== '' && <p className="text-meta text-muted">{camera.status.detail}</p>}
            </Alert>
          )}
          <div ref={stage} className="aspect-video max-h-[76dvh] w-full overflow-hidden rounded-picture bg-well">
            <Zoomed ref={zoom}>
              <LiveVideo camera={camera} intervalMs={SINGLE_MS} paused={paused} badges={badges} boxes={boxes} named={false} fit="fill" sound={sound} onLive={setLive} />
            </Zoomed>
          </div>
          <div role="toolbar" aria-label="Picture" className="flex flex-wrap gap-2">
            <Button onClick={() => setPaused(!paused)} aria-pressed={paused}>
              {paused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
              {paused ? 'Go on' : 'Pause'}
            </Button>
            <Button onClick={() => void save()}>
              <Download aria-hidden="true" />
              Save picture
            </Button>
            {heard && (
              <Button onClick={() => setSound(!sound)} aria-pressed={sound}>
                {sound ? <Volume2 aria-hidden="true" /> : <VolumeX aria-hidden="true" />}
                Sound
              </Button>
            )}
            {camera.analysis.enabled && (
              <Button onClick={() => setBoxes(!boxes)} aria-pressed={boxes}>
                <ScanSearch aria-hidden="true" />
                Boxes
              </Button>
            )}
            <Button onClick={fullScreen}>
              <Expand aria-hidden="true" />
              Full screen
            </Button>
            {administrator && (
              <>
                <Button onClick={toggle} busy={action.isPending} busyLabel={camera.enabled ? 'Stopping' : 'Starting'}>
                  {camera.enabled ? 'Stop camera' : 'Start camera'}
                </Button>
                <Button asChild>
                  <Link to={`/cameras/${encodeURIComponent(camera.id)}`}>
                    <Pencil aria-hidden="true" />
                    Edit
                  </Link>
                </Button>
              </>
            )}
          </div>
        </div>
        <aside aria-label="Figures" className="grid content-start gap-3">
          {camera.analysis.enabled && <Performance camera={camera} />}
          <Playback camera={camera} live={live} />
          <Figures camera={camera} />
        </aside>
      </div>
    </Page>
  );
}
