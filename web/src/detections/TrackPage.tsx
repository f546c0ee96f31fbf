import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Track } from '../api/types';
import { displayName } from '../domain/camera';
import { trackName } from '../domain/detections';
import { duration, moment, percent, toMillis } from '../domain/format';
import { useCameras } from '../queries/cameras';
import { useSimilar, useTrack } from '../queries/records';
import { WaitFor } from '../queries/WaitFor';
import { useNow } from '../stores/clock';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Card } from '../ui/surface';
import { KeptPicture } from './KeptPicture';
import { TrackCard } from './TrackCard';

export default function TrackPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useTrack(id);
  useShortcuts('Detection', [{ keys: 'Escape', label: 'Back to Detections', run: () => navigate('/detections') }]);
  return (
    <Page
      title={query.data === undefined ? 'Detection' : trackName(query.data)}
      actions={
        <Button asChild variant="ghost">
          <Link to="/detections">
            <ArrowLeft aria-hidden="true" />
            All detections
          </Link>
        </Button>
      }
    >
      <WaitFor query={query} what="the detection">
        {(track) => <TrackView key={track.id} track={track} />}
      </WaitFor>
    </Page>
  );
}

function TrackView({ track }: { track: Track }) {
  const now = useNow();
  const cameras = useCameras().data ?? [];
  const camera = cameras.find(({ id }) => id === track.camera_id);
  const lasted = ((toMillis(track.last_seen) ?? 0) - (toMillis(track.first_seen) ?? 0)) / 1000;
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div className="grid content-start gap-4">
        <KeptPicture track={track} crop={false} width={1280} className="min-h-40 rounded-picture" />
        <Similar track={track} />
      </div>
      <Card aria-label="Facts" className="grid content-start gap-4">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
          <Fact name="Label">{track.specific_type === null ? track.label : `${track.label}, ${track.specific_type}`}</Fact>
          <Fact name="Confidence">{percent(track.best_score)}</Fact>
          <Fact name="Camera">
            {camera === undefined ? track.camera_id : <Link className="underline" to={`/live/camera/${encodeURIComponent(camera.id)}`}>{displayName(camera)}</Link>}
          </Fact>
          <Fact name="First seen">
            <time dateTime={track.first_seen}>{moment(track.first_seen, now)}</time>
          </Fact>
          <Fact name="Last seen">{track.ended ? <time dateTime={track.last_seen}>{moment(track.last_seen, now)}</time> : 'still there'}</Fact>
          <Fact name="Followed for">{duration(lasted)}</Fact>
          <Fact name="Frames">{track.frames}</Fact>
          {track.zone !== null && <Fact name="Zone">{track.zone}</Fact>}
          {track.subject !== null && <Fact name="Subject">{`probable, ${track.subject.similarity.toFixed(2)}`}</Fact>}
          {track.attributes.map((attribute) => (
            <Fact key={attribute.name} name={attribute.name.replaceAll('_', ' ')}>
              {attribute.value}
              {attribute.value !== 'unknown' && <span className="text-muted"> {percent(attribute.confidence)}</span>}
            </Fact>
          ))}
        </dl>
      </Card>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-muted first-letter:uppercase">{name}</dt>
    <dd className="figures min-w-0 break-words">{children}</dd>
  </>
);

// Where else this one seems to have been seen: a likeness, never a certainty.
function Similar({ track }: { track: Track }) {
  const query = useSimilar(track.id);
  const cameras = useCameras().data ?? [];
  const failure = query.error === null ? null : failureOf(query.error);
  if (failure?.kind === 'problem' && failure.status === 404) {
    return <p className="text-meta text-muted">Its looks were not recorded, so that others like it cannot be found. “Recognise people again” in the settings of the camera records them.</p>;
  }
  const found = query.data?.tracks ?? [];
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="similar-heading" className="grid gap-2">
      <h2 id="similar-heading" className="text-section font-semibold">
        Probably the same
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(132px,1fr))] gap-2">
        {found.map(({ track: other, similarity }) => {
          const camera = cameras.find(({ id }) => id === other.camera_id);
          return <TrackCard key={other.id} track={other} camera={camera === undefined ? other.camera_id : displayName(camera)} tabbable note={`probable, ${similarity.toFixed(2)}`} />;
        })}
      </ul>
    </section>
  );
}
