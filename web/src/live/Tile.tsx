import type { CSSProperties } from 'react';
import { Link } from 'react-router-dom';
import type { Camera } from '../api/types';
import { healthOf } from '../domain/camera';
import { FaultAction } from '../player/FaultAction';
import { LiveVideo } from '../player/LiveVideo';
import { spokenState } from '../player/Picture';
import { useNow } from '../stores/clock';

const WALL_MS = 700;

// What all pictures of a wall have in common.
export interface Look {
  paused: boolean;
  badges: boolean;
  boxes: boolean;
}

interface TileProps {
  camera: Camera;
  look: Look;
  tabbable: boolean;
  onFocus: () => void;
  style?: CSSProperties;
}

export function Tile({ camera, look, tabbable, onFocus, style }: TileProps) {
  const now = useNow();
  const health = healthOf(camera.status, now);
  return (
    <li style={style} className="relative min-w-0 overflow-hidden rounded-picture">
      <Link
        to={`/live/camera/${encodeURIComponent(camera.id)}`}
        data-tile=""
        tabIndex={tabbable ? 0 : -1}
        aria-label={spokenState(camera, now)}
        onFocus={onFocus}
        className="peer absolute inset-0 outline-none"
      />
      <div className="pointer-events-none relative size-full">
        <LiveVideo
          sized
          camera={camera}
          intervalMs={WALL_MS}
          paused={look.paused}
          badges={look.badges}
          boxes={look.boxes}
          named
          fit="fill"
          action={health.step === 'none' ? undefined : <FaultAction camera={camera} health={health} />}
        />
      </div>
      {/* The ring of the link, above the picture. */}
      <span
        aria-hidden="true"
        className="pointer-events-none absolute inset-0 rounded-picture peer-focus-visible:outline-3 peer-focus-visible:outline-offset-[-3px] peer-focus-visible:outline-focus"
      />
    </li>
  );
}
