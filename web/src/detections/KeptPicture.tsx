import { useRef } from 'react';
import type { Track } from '../api/types';
import { boxStyle } from '../domain/overlay';
import { useTrackPicture } from '../queries/records';
import { cn } from '../ui/cn';
import { useBlobUrl, useNear } from '../ui/useNear';

interface KeptPictureProps {
  track: Track;
  // The object alone, or the whole picture with its box and the way that it went.
  crop: boolean;
  width: number;
  className?: string;
}

// The picture in which a track was seen best; asked for once it comes near the window.
export function KeptPicture({ track, crop, width, className }: KeptPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const near = useNear(box);
  const picture = useTrackPicture(track.id, crop, width, near && track.key_frame_id !== null);
  const url = useBlobUrl(picture.data);
  const none = track.key_frame_id === null || picture.isError;
  return (
    <div ref={box} className={cn('relative grid place-items-center overflow-hidden bg-well', className)}>
      {none && <span className="p-2 text-center text-meta text-muted">No picture was kept</span>}
      {url !== null && !none && crop && <img src={url} alt="" decoding="async" className="absolute inset-0 size-full object-contain" />}
      {url !== null && !none && !crop && (
        <div className="relative w-full">
          <img src={url} alt={`${track.label} as it was seen best`} decoding="async" className="block h-auto w-full" />
          <Marks track={track} />
        </div>
      )}
    </div>
  );
}

function Marks({ track }: { track: Track }) {
  const { colour } = boxStyle(track.label);
  const [x, y, width, height] = track.best_box ?? [];
  const path = track.path.map(([px = 0, py = 0]) => `${px},${py}`).join(' ');
  const lines = [
    { colour: '#000000', opacity: 0.7, width: 4 },
    { colour, opacity: 1, width: 2 },
  ];
  return (
    <svg aria-hidden="true" viewBox="0 0 1 1" preserveAspectRatio="none" className="absolute inset-0 size-full">
      {lines.map((line) => (
        <g key={line.width} fill="none" stroke={line.colour} strokeOpacity={line.opacity} strokeWidth={line.width}>
          {path !== '' && <polyline points={path} vectorEffect="non-scaling-stroke" />}
          {x !== undefined && <rect x={x} y={y} width={width} height={height} vectorEffect="non-scaling-stroke" />}
        </g>
      ))}
    </svg>
  );
}
