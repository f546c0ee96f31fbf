import { type CSSProperties, useRef, useState } from 'react';
import type { Plate } from '../api/types';
import { cropPlacement, widthForCrop } from '../domain/plates';
import { useKeyFrame } from '../queries/records';
import { useBlobUrl, useNear } from '../ui/useNear';

const FRAME = { width: 160, height: 56 };

// The plate cut out of the picture in which it was read.
export function PlatePicture({ plate }: { plate: Plate }) {
  const box = useRef<HTMLSpanElement>(null);
  const near = useNear(box);
  const [style, setStyle] = useState<CSSProperties | null>(null);
  const place = plate.box;
  const picture = useKeyFrame(plate.key_frame_id, place === null ? 640 : widthForCrop(place, FRAME.width), near);
  const url = useBlobUrl(picture.data);
  const none = plate.key_frame_id === null || picture.isError;
  return (
    <span ref={box} className="relative grid shrink-0 place-items-center overflow-hidden rounded-picture bg-well" style={FRAME}>
      {none && <span className="text-meta text-muted">No picture</span>}
      {url !== null && !none && (
        <img
          src={url}
          alt=""
          decoding="async"
          className={place === null ? 'size-full object-contain' : 'absolute max-w-none'}
          style={place === null ? undefined : (style ?? { visibility: 'hidden' })}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setStyle(place === null ? null : cropPlacement(place, { width: naturalWidth, height: naturalHeight }, FRAME))
          }
        />
      )}
    </span>
  );
}
