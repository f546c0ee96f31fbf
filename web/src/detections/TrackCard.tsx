import { Link } from 'react-router-dom';
import type { Track } from '../api/types';
import { trackName, type Trip } from '../domain/detections';
import { duration, moment, percent, toMillis } from '../domain/format';
import { useNow } from '../stores/clock';
import { KeptPicture } from './KeptPicture';

interface TrackCardProps {
  track: Track;
  camera: string;
  tabbable: boolean;
  // In the place of the score: "probable, 0.82".
  note?: string | undefined;
  // The list that it stands in, for going on to the next one.
  trip?: Trip;
  onFocus?: () => void;
}

export function TrackCard({ track, camera, tabbable, note, trip, onFocus }: TrackCardProps) {
  const now = useNow();
  const lasted = ((toMillis(track.last_seen) ?? 0) - (toMillis(track.first_seen) ?? 0)) / 1000;
  const when = moment(track.first_seen, now);
  return (
    <li className="min-w-0 [content-visibility:auto] [contain-intrinsic-size:auto_240px]">
      <Link
        to={`/detections/${encodeURIComponent(track.id)}`}
        state={trip}
        data-track=""
        tabIndex={tabbable ? 0 : -1}
        onFocus={onFocus}
        className="grid gap-1 rounded-card border border-border bg-surface p-1.5 hover:bg-hover focus-visible:outline-3 focus-visible:outline-focus"
      >
        <span aria-hidden="true">
          <KeptPicture track={track} crop width={320} className="aspect-square w-full rounded-picture" />
        </span>
        <span className="flex justify-between gap-2">
          <span className="truncate font-medium">{trackName(track)}</span>
          <Comma />
          {note === undefined && <span className="figures shrink-0 text-muted">{percent(track.best_score)}</span>}
        </span>
        {note !== undefined && <span className="figures truncate text-meta text-muted">{note}</span>}
        <Comma />
        <span className="truncate text-meta text-muted">{camera}</span>
        <Comma />
        <span className="figures flex justify-between gap-2 text-meta text-muted">
          <time dateTime={track.first_seen}>{when}</time>
          <Comma />
          <span>{track.ended ? duration(lasted) : 'still there'}</span>
        </span>
      </Link>
    </li>
  );
}

// What a card shows is also its name for readers; between its parts they pause.
export const Comma = () => <span className="sr-only">, </span>;
