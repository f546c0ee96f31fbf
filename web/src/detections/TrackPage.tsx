import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Link, useLocation, useNavigate, useParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Track } from '../api/types';
import { displayName } from '../domain/camera';
import { beside, probable, subjectName, trackName, tripFrom } from '../domain/detections';
import { duration, moment, percent, toMillis } from '../domain/format';
import { plateParams } from '../domain/plates';
import { useCameras } from '../queries/cameras';
import { usePlatesOfTrack, useSimilar, useTrack } from '../queries/records';
import { WaitFor } from '../queries/WaitFor';
import { useNow } from '../stores/clock';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Card } from '../ui/surface';
import { nameOf } from './CameraField';
import { KeptPicture } from './KeptPicture';
import { TrackCard } from './TrackCard';

export default function TrackPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useTrack(id);
  const trip = tripFrom(useLocation().state);
  const { before, next } = beside(trip, id);
  const back = trip?.from ?? '/detections';
  // The list stays the page before this one, however many of it are looked at.
  const goTo = (other: string | undefined) => {
    if (other !== undefined) navigate(`/detections/${encodeURIComponent(other)}`, { replace: true, state: trip });
  };
  useShortcuts('Detection', [
    { keys: 'n', label: 'Next of the list', run: () => goTo(next) },
    { keys: 'p', label: 'The one before', run: () => goTo(before) },
    { keys: 'Escape', label: 'Back to the list', run: () => navigate(back) },
  ]);
  return (
    <Page
      title={query.data === undefined ? 'Detection' : trackName(query.data)}
      actions={
        <>
          <Button asChild variant="ghost">
            <Link to={back}>
              <ArrowLeft aria-hidden="true" />
              {back.startsWith('/detections') ? 'All detections' : 'Back to the subject'}
            </Link>
          </Button>
          {trip !== null && (
            <div className="flex gap-2">
              <Button size="icon" variant="ghost" aria-label="The one before" disabled={before === undefined} onClick={() => goTo(before)}>
                <ChevronLeft aria-hidden="true" />
              </Button>
              <Button size="icon" variant="ghost" aria-label="Next of the list" disabled={next === undefined} onClick={() => goTo(next)}>
                <ChevronRight aria-hidden="true" />
              </Button>
            </div>
          )}
        </>
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
          {track.subject !== null && (
            <Fact name="Subject">
              <Link className="underline" to={`/subjects/${track.subject.id}`}>
                {subjectName(track.subject.id)}
              </Link>{' '}
              {probable(track.subject.similarity)}
            </Fact>
          )}
          <Plates track={track} />
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

// As read; one track may have been read differently at different times.
function Plates({ track }: { track: Track }) {
  const plates = usePlatesOfTrack(track.id).data?.plates ?? [];
  const texts = [...new Set(plates.map(({ text }) => text))];
  if (texts.length === 0) return null;
  return (
    <Fact name={texts.length === 1 ? 'Plate' : 'Plates'}>
      {texts.map((text) => (
        <Link key={text} className="mono mr-2 underline" to={`/plates?${plateParams({ place: 'cameras', text, match: 'exact', cameras: [], range: 'all' }).toString()}`}>
          {text}
        </Link>
      ))}
    </Fact>
  );
}

// Where else this one seems to have been seen: a likeness, never a certainty.
function Similar({ track }: { track: Track }) {
  const query = useSimilar(track.id);
  const list = useRef<HTMLUListElement>(null);
  useShortcuts('Similar', [{ keys: 's', label: 'Go to what looks like it', run: () => list.current?.querySelector('a')?.focus() }]);
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
      <ul ref={list} aria-labelledby="similar-heading" className="grid grid-cols-[repeat(auto-fill,minmax(132px,1fr))] gap-2">
        {found.map(({ track: other, similarity }) => (
          <TrackCard key={other.id} track={other} camera={nameOf(cameras, other.camera_id)} tabbable note={probable(similarity)} />
        ))}
      </ul>
    </section>
  );
}
