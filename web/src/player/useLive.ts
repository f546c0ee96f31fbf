import { type RefObject, useEffect, useReducer, useState } from 'react';
import { getLive } from '../api/live';
import { ladderFor, type Step } from '../domain/ladder';
import { atRest, currentStep, isPlaying, type LivePlayer, reduce } from '../domain/livePlayer';
import type { Driver } from './drivers/driver';
import { hls } from './drivers/hls';
import { canPlay, mse } from './drivers/mse';
import { canPlayWebrtc, webrtc } from './drivers/webrtc';

// Drivers by transport; what is not here is not on the ladder.
const drivers: Partial<Record<Step['transport'], Driver>> = { webrtc, mse, hls };
const TICK_MS = 500;
const FACTS_AGAIN_MS = 5000;

export interface Live {
  player: LivePlayer;
  step: Step | undefined;
  // When the picture shown was taken, Unix seconds by the server's clock; null before the first.
  captured: number | null;
  // The same by this device's clock: when it was shown, in milliseconds.
  shownAt: number | null;
  skipped: number;
  // Why better ways are not used.
  missing: string[];
}

// Plays a camera in `video` as long as `active`. `onLeave` sees the last frame, before it is let go of.
export function useLive(video: RefObject<HTMLVideoElement | null>, cameraId: string, active: boolean, version: number, connected: boolean, onLeave: (video: HTMLVideoElement) => void): Live {
  const [player, tell] = useReducer(reduce, atRest);
  const [missing, setMissing] = useState<string[]>([]);
  const [frame, setFrame] = useState<{ captured: number | null; shownAt: number } | null>(null);
  const [skipped, setSkipped] = useState(0);

  useEffect(() => {
    if (!active) return undefined;
    const asking = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const facts = await getLive(cameraId, asking.signal);
      if (asking.signal.aborted) return;
      if (facts.kind === 'ok') {
        const ladder = ladderFor(facts.data.streams, { webrtc: canPlayWebrtc(), mse: canPlay() });
        setMissing(ladder.missing);
        tell({ type: 'facts', steps: ladder.steps, now: Date.now() });
      } else {
        again = setTimeout(() => void ask(), FACTS_AGAIN_MS);
      }
    };
    void ask();
    const clock = setInterval(() => tell({ type: 'tick', now: Date.now() }), TICK_MS);
    return () => {
      asking.abort();
      clearTimeout(again);
      clearInterval(clock);
      tell({ type: 'facts', steps: [], now: Date.now() });
    };
  }, [cameraId, active, version]);

  useEffect(() => {
    if (connected) tell({ type: 'wake', now: Date.now() });
  }, [connected]);

  const step = currentStep(player);
  const { attempt } = player;
  const driver = active && isPlaying(player) && step !== undefined ? drivers[step.transport] : undefined;
  const path = step?.path ?? '';
  useEffect(() => {
    const element = video.current;
    if (driver === undefined || element === null) return undefined;
    let told = 0;
    const stop = driver(element, path, {
      onFrame: (captured) => {
        const now = Date.now();
        setFrame({ captured, shownAt: now });
        // The reducer need not hear of each.
        if (now - told < TICK_MS) return;
        told = now;
        tell({ type: 'frame', attempt, now });
      },
      onFailed: (reason, final) => tell({ type: 'failed', attempt, reason, final: final === true, now: Date.now() }),
      onSkipped: (pictures) => setSkipped((before) => before + pictures),
    });
    return () => {
      onLeave(element);
      stop();
    };
  }, [video, driver, path, attempt, onLeave]);

  return { player, step, captured: frame?.captured ?? null, shownAt: frame?.shownAt ?? null, skipped, missing };
}
