import { useCallback, useEffect, useRef } from 'react';
import { healthOf } from '../domain/camera';
import { TRANSPORT_WORDS } from '../domain/ladder';
import { isPlaying } from '../domain/livePlayer';
import { useNow } from '../stores/clock';
import { useDevice } from '../stores/device';
import { cn } from '../ui/cn';
import { Overlay } from './Overlay';
import { Picture, type PictureProps } from './Picture';
import { type Live, useLive } from './useLive';
import { useShownWidth, useVisible } from './usePicture';

const fill = 'pointer-events-none absolute inset-0 size-full object-contain';

interface LiveVideoProps extends PictureProps {
  // The stream that fits the size it is shown in, not the one for live pictures.
  sized?: boolean;
  // Heard, where it has sound.
  sound?: boolean;
  // Hears how it plays, a few times a second.
  onLive?: (live: Live) => void;
}

// A camera as video where that is possible, over its newest single picture, which stands until the first frame and
// wherever there is no video. Muted unless somebody listens.
export function LiveVideo({ sized = false, sound = false, onLive, ...props }: LiveVideoProps) {
  const { camera, paused, boxes, filter } = props;
  const box = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const kept = useRef<HTMLCanvasElement>(null);
  const visible = useVisible(box);
  const now = useNow();
  const health = healthOf(camera.status, now);
  const wanted = visible && !paused && camera.enabled;
  // The last frame stays while there is no next one: paused, or between two tries.
  const keep = useCallback((element: HTMLVideoElement) => {
    const canvas = kept.current;
    if (canvas === null || element.videoWidth === 0) return;
    Object.assign(canvas, { width: element.videoWidth, height: element.videoHeight });
    canvas.getContext('2d')?.drawImage(element, 0, 0);
  }, []);
  const pinned = useDevice((state) => state.transport);
  const width = useShownWidth(box, sized);
  const live = useLive(video, { cameraId: camera.id, active: wanted && (!sized || width !== null), version: camera.version, connected: camera.status.state === 'connected', width, pinned, sound, onLeave: keep });
  useEffect(() => onLive?.(live), [onLive, live]);
  const { phase } = live.player;
  const plays = wanted && (phase === 'live' || phase === 'stale') && live.shownAt !== null;
  const stale = phase === 'stale' || !health.live;
  const holds = !plays && live.shownAt !== null && (paused || phase === 'connecting' || phase === 'waiting');
  const takenAt = live.takenAt ?? live.shownAt;
  const transport = isPlaying(live.player) && live.step !== undefined ? TRANSPORT_WORDS[live.step.transport] : TRANSPORT_WORDS.pictures;
  const words = live.skipped > 0 ? `${transport} · ${live.skipped} skipped` : transport;
  return (
    <div ref={box} className="size-full" data-player={wanted ? `${phase} ${live.step?.transport ?? ''}`.trim() : 'off'} data-stream={live.step?.stream ?? ''}>
      <Picture {...props} moving={plays || holds ? { takenAt, state: plays && !stale ? 'live' : 'stale' } : undefined} badge={wanted ? words : undefined}>
        <canvas ref={kept} aria-hidden="true" className={cn(fill, !holds && 'invisible')} />
        <video ref={video} muted={!sound} playsInline aria-hidden="true" className={cn(fill, !plays && 'invisible', stale && 'opacity-60 grayscale')} />
        {boxes && plays && !stale && camera.analysis.enabled && <Overlay cameraId={camera.id} image={video} captured={live.frames} filter={filter} />}
      </Picture>
    </div>
  );
}
