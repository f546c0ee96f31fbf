// The steps of checking a source, in words, and what came of them.
import { bitRate, codec, duration, fps, known, size } from './format';

export interface StepLike {
  name: string;
  ok: boolean;
  milliseconds: number;
  detail: string;
}
export interface TrackLike {
  kind: string;
  codec: string;
  width: number;
  height: number;
  fps: number;
  gop_seconds: number;
  sample_rate: number;
  channels: number;
}

export const PROBE_STEPS: Record<string, string> = {
  resolve: 'Name found',
  connect: 'Port open',
  open: 'Signed in, stream opened',
  media: 'Video found',
  picture: 'First picture',
};

export type StepState = 'waiting' | 'running' | 'ok' | 'failed' | 'skipped';

export interface ShownStep {
  name: string;
  label: string;
  state: StepState;
  detail: string;
}

// While the server works only the first step is known to run; afterwards each step that was tried has its result.
// `said`: what the summary says already and no step has to repeat.
export function shownSteps(done: readonly StepLike[] | null, said = ''): ShownStep[] {
  const shown: ShownStep[] = [];
  const extra = (done ?? []).filter((step) => !(step.name in PROBE_STEPS)).map((step) => step.name);
  for (const name of [...Object.keys(PROBE_STEPS), ...extra]) {
    const step = done?.find((entry) => entry.name === name);
    const label = PROBE_STEPS[name] ?? name;
    if (done === null) shown.push({ name, label, state: shown.length === 0 ? 'running' : 'waiting', detail: '' });
    else if (step === undefined) shown.push({ name, label, state: 'skipped', detail: '' });
    else {
      const time = step.milliseconds >= 10_000 ? duration(step.milliseconds / 1000) : `${step.milliseconds} ms`;
      shown.push({ name, label, state: step.ok ? 'ok' : 'failed', detail: [step.detail === said ? '' : step.detail, time].filter((part) => part !== '').join(' · ') });
    }
  }
  return shown;
}

export function trackText(track: TrackLike): string {
  if (track.kind === 'audio') {
    return [`Sound ${codec(track.codec)}`, known(track.sample_rate) ? `${track.sample_rate / 1000} kHz` : ''].filter((part) => part !== '').join(', ');
  }
  const gop = known(track.gop_seconds) ? `key frame every ${track.gop_seconds.toFixed(1)} s` : '';
  return [codec(track.codec), size(track.width, track.height), known(track.fps) ? fps(track.fps) : '', gop].filter((part) => part !== '').join(', ');
}

export function rateText(bitsPerSecond: number): string {
  if (!known(bitsPerSecond)) return '';
  const perDay = (bitsPerSecond / 8) * 86_400;
  return `About ${bitRate(bitsPerSecond)}, ${Math.max(1, Math.round(perDay / 1e9))} GB a day`;
}

export const snapshotUrl = (snapshot: string | null): string | null => (snapshot !== null && /^data:image\/jpeg;base64,[A-Za-z0-9+/=]+$/.test(snapshot) ? snapshot : null);
