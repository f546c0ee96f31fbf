import { useCallback, useRef } from 'react';
import { healthOf } from '../domain/camera';
import { TRANSPORT_WORDS } from '../domain/ladder';
import { isPlaying } from '../domain/livePlayer';
import { useNow } from '../stores/clock';
import { cn } from '../ui/cn';
import { Overlay } from './Overlay';
import { Picture, type PictureProps } from './Picture';
import { useLive } from './useLive';
import { useVisible } from './usePicture';

const fill = 'pointer-events-none absolute inset-0 size-full object-contain';

// A camera as video where that is possible, over its newest single picture, which stands until the first frame and
// wherever there is no video. Muted: sound is for later.
export function LiveVideo(props: PictureProps) {
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
  const live = useLive(video, camera.id, wanted, camera.version, camera.status.state === 'connected', keep);
  const { phase } = live.player;
  const plays = wanted && (phase === 'live' || phase === 'stale') && live.shownAt !== null;
  const stale = phase === 'stale' || !health.live;
  const holds = !plays && live.shownAt !== null && (paused || phase === 'connecting' || phase === 'waiting');
  const takenAt = live.captured === null ? live.shownAt : live.captured * 1000;
  const transport = isPlaying(live.player) && live.step !== undefined ? TRANSPORT_WORDS[live.step.transport] : TRANSPORT_WORDS.pictures;
  const words = live.skipped > 0 ? `${transport} · ${live.skipped} skipped` : transport;
  return (
    <div ref={box} className="size-full" data-player={wanted ? `${phase} ${live.step?.transport ?? ''}`.trim() : 'off'}>
      <Picture {...props} moving={plays || holds ? { takenAt, state: plays && !stale ? 'live' : 'stale' } : undefined} badge={wanted ? words : undefined}>
        <canvas ref={kept} aria-hidden="true" className={cn(fill, !holds && 'invisible')} />
        <video ref={video} muted playsInline aria-hidden="true" className={cn(fill, !plays && 'invisible', stale && 'opacity-60 grayscale')} />
        {boxes && plays && !stale && camera.analysis.enabled && <Overlay cameraId={camera.id} image={video} captured={live.captured} filter={filter} />}
      </Picture>
    </div>
  );
}
