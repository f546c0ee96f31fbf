import { type RefObject, useEffect, useRef, useState } from 'react';
import type { AssetAnalysis } from '../api/types';
import { boxesAt, STRETCH_MS, stretchOf } from '../domain/findings';
import { show } from '../player/Overlay';
import { useBoxes } from '../queries/findings';

interface FoundBoxesProps {
  asset: string;
  analysis: AssetAnalysis;
  video: RefObject<HTMLVideoElement | null>;
}

// Half a stretch ahead the next one is asked for.
const AHEAD_MS = STRETCH_MS / 2;

// What was found, drawn over the picture that the player shows. For eyes alone: it is in words in the list below.
export function FoundBoxes({ asset, analysis, video }: FoundBoxesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState({ stretch: 0, ahead: 0 });
  const now = useBoxes(asset, analysis.job_id, near.stretch, true);
  const next = useBoxes(asset, analysis.job_id, near.ahead, near.ahead !== near.stretch);
  const frames = useRef<{ of: number; frames: NonNullable<typeof now.data> }[]>([]);
  frames.current = [
    { of: near.stretch, frames: now.data ?? [] },
    { of: near.ahead, frames: next.data ?? [] },
  ];

  useEffect(() => {
    const player = video.current;
    if (player === null) return undefined;
    let asked = 0;
    const draw = (ms: number) => {
      const stretch = stretchOf(ms);
      const ahead = stretchOf(ms + AHEAD_MS);
      setNear((before) => (before.stretch === stretch && before.ahead === ahead ? before : { stretch, ahead }));
      // A box may begin in one stretch and go on in the other.
      const known = frames.current.filter((each, i, all) => all.findIndex(({ of }) => of === each.of) === i).flatMap((each) => each.frames);
      show(canvas.current, player, boxesAt(known, ms, analysis.interval_ms, analysis));
    };
    // The time of the very picture that is shown, where the browser tells it.
    const each = (_: number, { mediaTime }: { mediaTime: number }) => {
      draw(mediaTime * 1000);
      asked = player.requestVideoFrameCallback(each);
    };
    const roughly = () => draw(player.currentTime * 1000);
    const exact = 'requestVideoFrameCallback' in player;
    if (exact) asked = player.requestVideoFrameCallback(each);
    for (const event of ['timeupdate', 'seeked', 'loadeddata']) player.addEventListener(event, roughly);
    const resized = new ResizeObserver(roughly);
    if (canvas.current !== null) resized.observe(canvas.current);
    roughly();
    return () => {
      if (exact) player.cancelVideoFrameCallback(asked);
      for (const event of ['timeupdate', 'seeked', 'loadeddata']) player.removeEventListener(event, roughly);
      resized.disconnect();
    };
  }, [video, analysis, now.data, next.data]);

  return <canvas ref={canvas} aria-hidden="true" data-overlay="" className="pointer-events-none absolute inset-0 size-full" />;
}
