import { useRef } from 'react';
import type { Camera } from '../api/types';
import { cn } from '../ui/cn';
import { usePicture } from './usePicture';

const MINUTE_MS = 60_000;

// A small picture for lists: at most one question a minute.
export function Thumbnail({ camera, className }: { camera: Camera; className?: string }) {
  const box = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const picture = usePicture(box, image, { cameraId: camera.id, intervalMs: MINUTE_MS, active: camera.enabled, wakeOn: camera.status.state });
  return (
    <div ref={box} className={cn('aspect-video w-20 shrink-0 overflow-hidden rounded-picture bg-well', className)}>
      <img
        ref={image}
        alt=""
        decoding="async"
        className={cn('size-full object-cover', picture.takenAt === null && 'invisible', !picture.live && 'opacity-60 grayscale')}
      />
    </div>
  );
}
