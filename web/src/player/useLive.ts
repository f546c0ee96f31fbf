import { type RefObject, useEffect, useMemo, useReducer, useState } from 'react';
import { getLive } from '../api/live';
import type { LiveFacts } from '../api/types';
import { type Ladder, ladderFor, type Step, type StreamFacts, type Transport } from '../domain/ladder';
import { atRest, currentStep, isPlaying, type LivePlayer, reduce } from '../domain/livePlayer';
import { useConnection } from '../stores/connection';
import type { Driver } from './drivers/driver';
import { hls } from './drivers/hls';
import { canPlay, mse } from './drivers/mse';
import { canPlayWebrtc, webrtc } from './drivers/webrtc';
import { FrameClock } from './frameClock';

// Drivers by transport; what is not here is not on the ladder.
const drivers: Partial<Record<Step['transport'], Driver>> = { webrtc, mse, hls };
const TICK_MS = 500;
const FACTS_AGAIN_MS = 5000;
// What a stream that nobody watches is cannot be learnt by asking.
const MOST_ASKED = 4;
// A camera may give its pictures unevenly.
const PATIENT_PICTURES = 3;

export interface Live {
  player: LivePlayer;
  step: Step | undefined;
  // Tells of each frame; the state of this hook only a few times a second.
  frames: FrameClock;
  // When the picture shown was taken and when it was shown, by this device's clock, in milliseconds; null before the
  // first, `takenAt` also where nobody knows.
  takenAt: number | null;
  shownAt: number | null;
  skipped: number;
  // The streams as the server knows them; empty before it has answered.
  streams: (StreamFacts & { fps: number; bits_per_second: number; gop_seconds: number })[];
  // Why better ways are not used.
  missing: string[];
}

export interface LiveOptions {
  cameraId: string;
  active: boolean;
  // Changes when the camera was changed: all is asked anew.
  version: number;
  // The camera gives pictures, as far as is known.
  connected: boolean;
  // Pixels that it is shown in; null: the stream for live pictures, whatever its size.
  width: number | null;
  pinned: Transport | null;
  sound: boolean;
  // Sees the last frame, before it is let go of.
  onLeave: (video: HTMLVideoElement) => void;
}

// The server's word on the camera's streams, asked for while `active`; with how far its clock is ahead, in seconds.
function useFacts(cameraId: string, active: boolean, version: number): { live: LiveFacts; ahead: number } | null {
  const [facts, setFacts] = useState<{ live: LiveFacts; ahead: number } | null>(null);
  useEffect(() => {
    if (!active) return undefined;
    const asking = new AbortController();
    let again: ReturnType<typeof setTimeout> | undefined;
    let answers = 0;
    const ask = async () => {
      const asked = Date.now();
      const answer = await getLive(cameraId, asking.signal);
      if (asking.signal.aborted) return;
      if (answer.kind === 'ok') setFacts({ live: answer.data, ahead: answer.data.now - (asked + Date.now()) / 2000 });
      // What is not known yet is asked for again.
      const known = answer.kind === 'ok' && (++answers >= MOST_ASKED || answer.data.streams.every(({ codec, fps }) => codec !== '' && fps > 0));
      if (!known) again = setTimeout(() => void ask(), FACTS_AGAIN_MS);
    };
    void ask();
    return () => {
      asking.abort();
      clearTimeout(again);
      setFacts(null);
    };
  }, [cameraId, active, version]);
  return facts;
}

const NO_STREAMS: Live['streams'] = [];
const NOTHING: Ladder = { steps: [], missing: [] };

// Plays a camera in `video` as long as `active`.
export function useLive(video: RefObject<HTMLVideoElement | null>, { cameraId, active, version, connected, width, pinned, sound, onLeave }: LiveOptions): Live {
  const [player, tell] = useReducer(reduce, atRest);
  const [frame, setFrame] = useState<{ captured: number | null; shownAt: number } | null>(null);
  const [skipped, setSkipped] = useState(0);
  const [frames] = useState(() => new FrameClock());
  const facts = useFacts(cameraId, active, version);
  const ladder = useMemo(() => (facts === null ? NOTHING : ladderFor(facts.live.streams, { webrtc: canPlayWebrtc(), mse: canPlay() }, { width, pinned, sound, encoded: facts.live.renditions.find(({ name }) => name === 'h264') })), [facts, width, pinned, sound]);

  // Another size is another ladder only where it has other steps.
  const steps = JSON.stringify(ladder.steps);
  const slowest = Math.min(...(facts?.live.streams ?? []).map(({ fps }) => fps).filter((fps) => fps > 0), Infinity);
  useEffect(() => {
    const patience = slowest === Infinity ? 0 : (PATIENT_PICTURES * 1000) / slowest;
    tell({ type: 'facts', steps: JSON.parse(steps) as Step[], patience, now: Date.now() });
    // What the rate was when it began is good enough, and no reason to begin again.
  }, [steps]); // eslint-disable-line react-hooks/exhaustive-deps

  useEffect(() => {
    if (!active) return undefined;
    const clock = setInterval(() => tell({ type: 'tick', now: Date.now() }), TICK_MS);
    return () => clearInterval(clock);
  }, [active]);

  // What was in the way may be gone.
  const returns = useConnection((connection) => connection.returns);
  useEffect(() => {
    if (connected) tell({ type: 'wake', now: Date.now() });
  }, [connected, returns]);

  const step = currentStep(player);
  const { attempt } = player;
  const driver = active && isPlaying(player) && step !== undefined ? drivers[step.transport] : undefined;
  const path = step?.path ?? '';
  const heard = step?.heard === true;
  useEffect(() => {
    const element = video.current;
    if (driver === undefined || element === null) return undefined;
    let told = 0;
    const stop = driver(element, path, {
      onFrame: (captured) => {
        const now = Date.now();
        frames.show(captured);
        // Nobody sees more of it than a few times a second.
        if (now - told < TICK_MS) return;
        told = now;
        setFrame({ captured, shownAt: now });
        tell({ type: 'frame', attempt, now });
      },
      onFailed: (reason, final) => tell({ type: 'failed', attempt, reason, final: final === true, now: Date.now() }),
      onSkipped: (pictures) => setSkipped((before) => before + pictures),
    }, heard);
    return () => {
      onLeave(element);
      stop();
    };
  }, [video, driver, path, heard, attempt, onLeave, frames]);

  const ahead = facts?.ahead ?? 0;
  return useMemo(() => {
    const takenAt = frame === null || frame.captured === null ? null : (frame.captured - ahead) * 1000;
    const streams = facts?.live.streams ?? NO_STREAMS;
    return { player, step, frames, takenAt, shownAt: frame?.shownAt ?? null, skipped, streams, missing: ladder.missing };
  }, [player, step, frames, frame, ahead, skipped, facts, ladder]);
}
