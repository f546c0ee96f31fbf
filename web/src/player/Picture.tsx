import { type ReactNode, useRef } from 'react';
import type { Camera } from '../api/types';
import { displayName, type Health, healthOf, numberText } from '../domain/camera';
import { age, clockTime, fps } from '../domain/format';
import { type Freshness, freshness } from '../domain/freshness';
import { useNow } from '../stores/clock';
import { cn } from '../ui/cn';
import { type BoxFilter, Overlay } from './Overlay';
import { usePicture } from './usePicture';

export interface PictureProps {
  camera: Camera;
  intervalMs: number;
  paused: boolean;
  badges: boolean;
  // Draw what is seen over it.
  boxes: boolean;
  filter?: BoxFilter | undefined;
  // On the wall the name lies on the picture; the single view has it as its heading.
  named: boolean;
  fit: 'fill' | 'natural';
  // What lies over the picture, below the words.
  children?: ReactNode;
  // That is what is seen: no new pictures are asked for, and the clock is that of it.
  moving?: { takenAt: number | null; state: Freshness } | undefined;
  // One more word about how it comes.
  badge?: string | undefined;
  // Over the lower edge, beside the words about a fault.
  action?: ReactNode;
}

// Blurred, because many cameras burn their own words into the same corner.
const chip = 'figures rounded-picture bg-scrim px-1.5 py-0.5 text-on-scrim backdrop-blur-sm';

// A camera's newest picture with what has to be known about it: whose it is, of when it is, and why it is not newer.
export function Picture({ camera, intervalMs, paused, badges, boxes, filter, named, fit, children, moving, badge, action }: PictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const now = useNow();
  const health = healthOf(camera.status, now);
  const picture = usePicture(box, image, {
    cameraId: camera.id,
    intervalMs: health.live ? intervalMs : Math.max(intervalMs, camera.enabled ? 5000 : 60_000),
    active: !paused && moving === undefined,
    wakeOn: `${camera.status.state} ${camera.version}`,
  });
  const state = freshness(picture.takenAt, picture.live, now, intervalMs, camera.status.fps);
  const seen = moving ?? { takenAt: picture.takenAt, state };
  const dim = state === 'stale' && !paused;
  return (
    <div ref={box} className="relative size-full overflow-hidden bg-well" data-freshness={paused ? 'paused' : seen.state}>
      <img
        ref={image}
        alt=""
        decoding="async"
        className={cn(
          fit === 'fill' ? 'absolute inset-0 size-full object-contain' : 'mx-auto block max-h-[72dvh] w-full object-contain',
          state === 'none' && 'invisible',
          dim && 'opacity-60 grayscale',
        )}
      />
      {children}
      {boxes && !paused && moving === undefined && state === 'live' && camera.analysis.enabled && <Overlay cameraId={camera.id} image={image} captured={picture.captured} filter={filter} />}
      {seen.state === 'none' && <NoPicture failed={picture.failure !== null} health={health} paused={paused} />}
      <div className="pointer-events-none absolute inset-x-0 top-0 flex items-start justify-between gap-2 p-1.5 text-meta">
        {named ? (
          <span className={cn(chip, 'min-w-0 truncate font-medium')}>
            {camera.number !== null && <span className="opacity-80">{numberText(camera.number)} </span>}
            {displayName(camera)}
          </span>
        ) : (
          <span />
        )}
        <PictureClock takenAt={seen.takenAt} state={seen.state} paused={paused} now={now} />
      </div>
      <div className="pointer-events-none absolute inset-x-0 bottom-0 flex flex-wrap items-end justify-between gap-1.5 p-1.5 text-meta">
        <div className="flex min-w-0 flex-wrap gap-1.5">
          {health.tone !== 'ok' && health.word !== 'Idle' && (
            <span className={cn(chip, 'min-w-0', !named && 'hidden in-[:fullscreen]:inline')}>
              <span className="font-semibold">{health.word}</span>
              {health.detail !== '' && ` ${health.detail}`}
            </span>
          )}
          {badges && (
            <span className={chip}>
              {fps(camera.status.fps)}
              {camera.status.motion && ' · motion'}
              {badge !== undefined && ` · ${badge}`}
            </span>
          )}
        </div>
        {action !== undefined && <div className="pointer-events-auto">{action}</div>}
      </div>
    </div>
  );
}

interface ClockProps {
  takenAt: number | null;
  state: Freshness;
  paused: boolean;
  now: number;
}

// Runs with the pictures, not with the time of day: when they stop, it stops, turns amber and says since when.
function PictureClock({ takenAt, state, paused, now }: ClockProps) {
  if (takenAt === null) return null;
  const seconds = Math.max(0, (now - takenAt) / 1000);
  return (
    <span className={cn(chip, 'shrink-0', state === 'stale' && 'text-on-scrim-warn')}>
      {clockTime(takenAt)}
      {(state === 'stale' || paused) && ` · ${paused ? 'paused' : age(seconds)}`}
    </span>
  );
}

function NoPicture({ failed, health, paused }: { failed: boolean; health: Health; paused: boolean }) {
  const words = paused ? 'Paused' : failed || !health.live ? 'No picture yet' : 'Waiting for the first picture';
  return (
    <div className="absolute inset-0 grid place-items-center p-4 text-center text-muted">
      {/* Nothing flashes while a picture is on its way. */}
      <p className="animate-[appear_0s_400ms_both]">{words}</p>
    </div>
  );
}

// The same in words, for a screen reader and as the name of a tile.
export function spokenState(camera: Camera, now: number): string {
  const health = healthOf(camera.status, now);
  return [displayName(camera), health.word.toLowerCase(), health.detail, camera.status.motion ? 'motion' : ''].filter((part) => part !== '').join(', ');
}
