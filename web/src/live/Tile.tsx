import { Link } from 'react-router-dom';
import type { Camera } from '../api/types';
import { healthOf } from '../domain/camera';
import { FaultAction } from '../player/FaultAction';
import { Picture, spokenState } from '../player/Picture';
import { useNow } from '../stores/clock';

const WALL_MS = 700;

interface TileProps {
  camera: Camera;
  paused: boolean;
  badges: boolean;
  tabbable: boolean;
  onFocus: () => void;
}

export function Tile({ camera, paused, badges, tabbable, onFocus }: TileProps) {
  const now = useNow();
  const health = healthOf(camera.status, now);
  return (
    <li className="relative min-w-0 overflow-hidden rounded-picture">
      <Picture
        camera={camera}
        intervalMs={WALL_MS}
        paused={paused}
        badges={badges}
        named
        fit="fill"
        action={
          health.step === 'none' ? undefined : (
            <div className="relative z-1">
              <FaultAction camera={camera} health={health} />
            </div>
          )
        }
      />
      <Link
        to={`/live/camera/${encodeURIComponent(camera.id)}`}
        data-tile=""
        tabIndex={tabbable ? 0 : -1}
        aria-label={spokenState(camera, now)}
        onFocus={onFocus}
        className="absolute inset-0 focus-visible:outline-offset-[-3px] focus-visible:outline-3"
      />
    </li>
  );
}
