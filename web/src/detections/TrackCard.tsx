import { Link } from 'react-router-dom';
import type { Track } from '../api/types';
import { trackName } from '../domain/detections';
import { duration, moment, percent, toMillis } from '../domain/format';
import { useNow } from '../stores/clock';
import { KeptPicture } from './KeptPicture';

interface TrackCardProps {
  track: Track;
  camera: string;
  tabbable: boolean;
  // Beside the score: "probable, 0.82".
  note?: string;
  onFocus?: () => void;
}

export function TrackCard({ track, camera, tabbable, note, onFocus }: TrackCardProps) {
  const now = useNow();
  const lasted = ((toMillis(track.last_seen) ?? 0) - (toMillis(track.first_seen) ?? 0)) / 1000;
  const when = moment(track.first_seen, now);
  return (
    <li className="min-w-0 [content-visibility:auto] [contain-intrinsic-size:auto_240px]">
      <Link
        to={`/detections/${encodeURIComponent(track.id)}`}
        data-track=""
        tabIndex={tabbable ? 0 : -1}
        onFocus={onFocus}
        aria-label={[trackName(track), camera, when, track.ended ? '' : 'still there', note ?? ''].filter((part) => part !== '').join(', ')}
        className="grid gap-1 rounded-card border border-border bg-surface p-1.5 hover:bg-hover focus-visible:outline-3 focus-visible:outline-focus"
      >
        <KeptPicture track={track} crop width={320} className="aspect-square w-full rounded-picture" />
        <span className="flex justify-between gap-2">
          <span className="truncate font-medium">{trackName(track)}</span>
          <span className="figures shrink-0 text-muted">{note ?? percent(track.best_score)}</span>
        </span>
        <span className="truncate text-meta text-muted">{camera}</span>
        <span className="figures flex justify-between gap-2 text-meta text-muted">
          <time dateTime={track.first_seen}>{when}</time>
          <span>{track.ended ? duration(lasted) : 'still there'}</span>
        </span>
      </Link>
    </li>
  );
}
