import type { Step } from './ladder';

// What a live tile does, as one pure reducer: drivers and timers only say what happened. Times in milliseconds.

export interface LivePlayer {
  steps: Step[];
  // Which of them is tried or plays.
  at: number;
  phase: 'choosing' | 'connecting' | 'live' | 'stale' | 'waiting' | 'pictures';
  // Counts up with each try, so that what an earlier one still says is not heard.
  attempt: number;
  failures: number;
  // When the phase ends by itself; null: it does not.
  deadline: number | null;
  // How long no picture may come before it is said.
  patience: number;
  // Why the steps before this one are not used.
  reasons: string[];
}

export type Fact =
  // `patience`: how long a camera of few pictures may say nothing.
  | { type: 'facts'; steps: Step[]; patience?: number; now: number }
  | { type: 'frame'; attempt: number; now: number }
  // `final`: it would be the same another time.
  | { type: 'failed'; attempt: number; reason: string; final?: boolean; now: number }
  // What was in the way may be gone: the camera is back.
  | { type: 'wake'; now: number }
  | { type: 'tick'; now: number };

const CONNECT_MS = 6000;
const STALE_MS = 3000;
const RECONNECT_MS = 10_000;
// From single pictures back to the first step.
const CLIMB_MS = 60_000;
const FAILURES_PER_STEP = 2;
const RETRIES_MS = [500, 1000, 2000, 4000];

export const atRest: LivePlayer = { steps: [], at: 0, phase: 'choosing', attempt: 0, failures: 0, deadline: null, patience: STALE_MS, reasons: [] };

export const currentStep = (player: LivePlayer): Step | undefined => player.steps[player.at];

// A driver has work to do.
export const isPlaying = ({ phase }: LivePlayer): boolean => phase === 'connecting' || phase === 'live' || phase === 'stale';

function enter(player: LivePlayer, at: number, now: number): LivePlayer {
  const pictures = player.steps[at]?.transport === 'pictures' || player.steps[at] === undefined;
  return {
    ...player,
    at,
    attempt: player.attempt + 1,
    phase: pictures ? 'pictures' : 'connecting',
    deadline: now + (pictures ? CLIMB_MS : CONNECT_MS),
  };
}

function fail(player: LivePlayer, reason: string, now: number, final = false): LivePlayer {
  const failures = final ? FAILURES_PER_STEP : player.failures + 1;
  const words = player.reasons.includes(reason) ? player.reasons : [...player.reasons.slice(-4), reason];
  if (failures >= FAILURES_PER_STEP) return enter({ ...player, failures: 0, reasons: words }, player.at + 1, now);
  return { ...player, failures, reasons: words, phase: 'waiting', attempt: player.attempt + 1, deadline: now + (RETRIES_MS[failures - 1] ?? 4000) };
}

// Where the step that plays stands in other steps, when none before it there is worth another try; else null.
function goesOn(player: LivePlayer, steps: readonly Step[]): number | null {
  const same = (a: Step) => (b: Step) => a.transport === b.transport && a.path === b.path && a.heard === b.heard;
  const current = currentStep(player);
  if (current === undefined || !isPlaying(player)) return null;
  const at = steps.findIndex(same(current));
  const tried = player.steps.slice(0, player.at);
  return at >= 0 && steps.slice(0, at).every((step) => tried.some(same(step))) ? at : null;
}

export function reduce(player: LivePlayer, fact: Fact): LivePlayer {
  switch (fact.type) {
    case 'facts': {
      const kept = goesOn(player, fact.steps);
      if (kept !== null) return { ...player, steps: fact.steps, at: kept, patience: Math.max(STALE_MS, fact.patience ?? 0) };
      return enter({ ...atRest, attempt: player.attempt, steps: fact.steps, patience: Math.max(STALE_MS, fact.patience ?? 0) }, 0, fact.now);
    }
    case 'frame':
      if (fact.attempt !== player.attempt || !isPlaying(player)) return player;
      return { ...player, phase: 'live', failures: 0, deadline: fact.now + player.patience };
    case 'failed':
      if (fact.attempt !== player.attempt || !isPlaying(player)) return player;
      return fail(player, fact.reason, fact.now, fact.final);
    case 'wake':
      if ((player.phase !== 'pictures' && player.phase !== 'waiting') || player.steps.length < 2) return player;
      return enter({ ...player, failures: 0 }, 0, fact.now);
    case 'tick':
      if (player.deadline === null || fact.now < player.deadline) return player;
      if (player.phase === 'connecting') return fail(player, 'no picture came in time', fact.now);
      if (player.phase === 'live') return { ...player, phase: 'stale', deadline: fact.now + Math.max(RECONNECT_MS, player.patience) };
      if (player.phase === 'stale') return fail(player, 'the pictures stopped', fact.now);
      if (player.phase === 'waiting') return enter(player, player.at, fact.now);
      if (player.phase === 'pictures' && player.steps.length > 1) return enter({ ...player, failures: 0 }, 0, fact.now);
      return { ...player, deadline: null };
  }
}
