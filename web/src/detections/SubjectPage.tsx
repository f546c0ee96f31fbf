import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import type { SubjectWithTracks } from '../api/types';
import { journey, probable, subjectName, tripOf } from '../domain/detections';
import { count, moment, plural } from '../domain/format';
import { useCameras } from '../queries/cameras';
import { useSubject } from '../queries/records';
import { WaitFor } from '../queries/WaitFor';
import { useNow } from '../stores/clock';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { nameOf } from './CameraField';
import { TrackCard } from './TrackCard';

export default function SubjectPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const query = useSubject(id);
  useShortcuts('Subject', [{ keys: 'Escape', label: 'Back to Subjects', run: () => navigate('/subjects') }]);
  return (
    <Page
      title={query.data === undefined ? 'Subject' : `${query.data.label} ${subjectName(query.data.id)}`}
      actions={
        <Button asChild variant="ghost">
          <Link to="/subjects">
            <ArrowLeft aria-hidden="true" />
            All subjects
          </Link>
        </Button>
      }
    >
      <WaitFor query={query} what="the subject">
        {(subject) => <SubjectView subject={subject} />}
      </WaitFor>
    </Page>
  );
}

function SubjectView({ subject }: { subject: SubjectWithTracks }) {
  const now = useNow();
  const cameras = useCameras().data ?? [];
  const { tracks } = subject;
  const stays = useMemo(() => journey(tracks), [tracks]);
  const trip = useMemo(() => tripOf(tracks.map(({ id }) => id), `/subjects/${subject.id}`), [tracks, subject.id]);
  const all = tracks.length >= subject.track_count;
  return (
    <div className="grid gap-4">
      <p className="text-muted">
        {plural(subject.track_count, 'sighting', 'sightings')} between <time dateTime={subject.first_seen}>{moment(subject.first_seen, now)}</time> and{' '}
        <time dateTime={subject.last_seen}>{moment(subject.last_seen, now)}</time>, {probable(subject.similarity)} for the least like of them. A likeness of looks,
        never a certainty.
      </p>
      <section aria-labelledby="way-heading" className="grid gap-2">
        <h2 id="way-heading" className="text-section font-semibold">
          From camera to camera
        </h2>
        <ol aria-labelledby="way-heading" className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {stays.map((stay, i) => (
            <li key={stay.tracks[0]?.id} className="flex items-center gap-2">
              {i > 0 && <ArrowRight aria-hidden="true" className="size-4 shrink-0 text-muted" />}
              <span className="rounded-card border border-border bg-surface px-2 py-1">
                <span className="font-medium">{nameOf(cameras, stay.camera)}</span>{' '}
                <time className="figures text-muted" dateTime={stay.from}>
                  {moment(stay.from, now)}
                </time>
                {stay.tracks.length > 1 && <span className="text-muted"> {count(stay.tracks.length)} times</span>}
              </span>
            </li>
          ))}
        </ol>
      </section>
      {subject.elsewhere.length > 0 && (
        <section aria-labelledby="elsewhere-heading" className="grid gap-2">
          <h2 id="elsewhere-heading" className="text-section font-semibold">
            On other servers
          </h2>
          <ul aria-labelledby="elsewhere-heading" className="flex flex-wrap gap-2">
            {subject.elsewhere.map((seen) => (
              <li key={`${seen.camera} ${String(seen.track)}`} className="rounded-card border border-border bg-surface px-2 py-1">
                <span className="font-medium">{seen.camera}</span>{' '}
                <time className="figures text-muted" dateTime={seen.last_seen}>
                  {moment(seen.last_seen, now)}
                </time>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="sightings-heading" className="grid gap-2">
        <h2 id="sightings-heading" className="text-section font-semibold">
          Sightings
        </h2>
        <ul aria-labelledby="sightings-heading" className="grid grid-cols-[repeat(auto-fill,minmax(148px,1fr))] gap-2">
          {tracks.map((track) => (
            <TrackCard key={track.id} track={track} camera={nameOf(cameras, track.camera_id)} trip={trip} tabbable note={track.subject === null ? undefined : probable(track.subject.similarity)} />
          ))}
        </ul>
        {!all && (
          <p>
            These are the newest {count(tracks.length)} of {count(subject.track_count)}.{' '}
            <Link className="underline" to={`/detections?range=all&subject=${subject.id}`}>
              All of them in Detections
            </Link>
          </p>
        )}
      </section>
    </div>
  );
}
