import { describe, expect, it } from 'vitest';
import type { Step } from './ladder';
import { atRest, currentStep, type Fact, type LivePlayer, reduce } from './livePlayer';

const steps: Step[] = [
  { transport: 'mse', stream: 'main', path: '/mse' },
  { transport: 'hls', stream: 'main', path: '/hls' },
  { transport: 'pictures', stream: '', path: '' },
];

// Facts with the attempt that is under way, unless they say otherwise.
type Told = { type: 'facts' } | { type: 'frame'; attempt?: number } | { type: 'failed'; reason: string; attempt?: number; final?: boolean } | { type: 'tick' };
const play = (...facts: [number, Told][]): LivePlayer =>
  facts.reduce<LivePlayer>((player, [now, told]) => {
    const fact: Fact = told.type === 'facts' ? { type: 'facts', steps, now } : told.type === 'tick' ? { type: 'tick', now } : { attempt: player.attempt, ...told, now };
    return reduce(player, fact);
  }, atRest);
const state = (player: LivePlayer) => `${player.phase} ${currentStep(player)?.transport ?? 'none'}`;

describe('the live player', () => {
  it('connects, and lives with the first frame', () => {
    expect(state(play([0, { type: 'facts' }]))).toBe('connecting mse');
    expect(state(play([0, { type: 'facts' }], [300, { type: 'frame' }]))).toBe('live mse');
  });
  it('says when pictures stop, and lives again when they come', () => {
    const stale = play([0, { type: 'facts' }], [300, { type: 'frame' }], [3300, { type: 'tick' }]);
    expect(state(stale)).toBe('stale mse');
    expect(state(reduce(stale, { type: 'frame', attempt: stale.attempt, now: 4000 }))).toBe('live mse');
    expect(state(reduce(stale, { type: 'tick', now: 13_300 }))).toBe('waiting mse');
  });
  it('tries once more, then takes the next step, and in the end single pictures', () => {
    const once = play([0, { type: 'facts' }], [100, { type: 'failed', reason: 'closed' }]);
    expect(state(once)).toBe('waiting mse');
    const again = reduce(once, { type: 'tick', now: 600 });
    expect(state(again)).toBe('connecting mse');
    const next = reduce(again, { type: 'failed', attempt: again.attempt, reason: 'closed', now: 700 });
    expect(state(next)).toBe('connecting hls');
    expect(next.reasons).toEqual(['closed']);
    let last = next;
    for (let now = 6700; last.phase !== 'pictures'; now += 1000) last = reduce(last, { type: 'tick', now });
    expect(last.reasons).toEqual(['closed', 'no picture came in time']);
  });
  it('takes the next step at once where another try would end the same way', () => {
    expect(state(play([0, { type: 'facts' }], [100, { type: 'failed', reason: 'B-frames', final: true }]))).toBe('connecting hls');
  });
  it('waits longer for a camera of few pictures', () => {
    const slow = reduce(reduce(atRest, { type: 'facts', steps, patience: 9000, now: 0 }), { type: 'frame', attempt: 1, now: 300 });
    expect(state(reduce(slow, { type: 'tick', now: 8000 }))).toBe('live mse');
    expect(state(reduce(slow, { type: 'tick', now: 9300 }))).toBe('stale mse');
  });
  it('goes on undisturbed when what is learnt of the stream leaves no better way', () => {
    const webrtc: Step = { transport: 'webrtc', stream: 'main', path: '/whep' };
    const begun = reduce(atRest, { type: 'facts', steps: [webrtc, ...steps], now: 0 });
    const next = reduce(begun, { type: 'failed', attempt: begun.attempt, reason: 'B-frames', final: true, now: 100 });
    const live = reduce(next, { type: 'frame', attempt: next.attempt, now: 300 });
    const told = reduce(live, { type: 'facts', steps, now: 5000 });
    expect(state(told)).toBe('live mse');
    expect(told.attempt).toBe(live.attempt);
    // A way that was not tried yet is one to try.
    const better = reduce(told, { type: 'facts', steps: [webrtc, ...steps], now: 6000 });
    expect(state(better)).toBe('connecting webrtc');
  });
  it('climbs back after a minute of single pictures', () => {
    const pictures: LivePlayer = { ...atRest, steps, at: 2, phase: 'pictures', deadline: 60_000, attempt: 7 };
    expect(reduce(pictures, { type: 'tick', now: 59_000 })).toBe(pictures);
    expect(state(reduce(pictures, { type: 'tick', now: 60_000 }))).toBe('connecting mse');
  });
  it('climbs at once when the camera is back', () => {
    const pictures: LivePlayer = { ...atRest, steps, at: 2, phase: 'pictures', deadline: 60_000, attempt: 7 };
    expect(state(reduce(pictures, { type: 'wake', now: 100 }))).toBe('connecting mse');
    const live = play([0, { type: 'facts' }], [300, { type: 'frame' }]);
    expect(reduce(live, { type: 'wake', now: 400 })).toBe(live);
  });
  it('does not climb where there is nothing above', () => {
    const only = reduce(atRest, { type: 'facts', steps: steps.slice(2), now: 0 });
    expect(state(only)).toBe('pictures pictures');
    expect(state(reduce(only, { type: 'tick', now: 60_000 }))).toBe('pictures pictures');
  });
  it('does not hear what an earlier attempt says', () => {
    const player = play([0, { type: 'facts' }], [300, { type: 'frame' }]);
    expect(reduce(player, { type: 'failed', attempt: player.attempt - 1, reason: 'late', now: 400 })).toBe(player);
    expect(reduce(player, { type: 'frame', attempt: player.attempt + 1, now: 400 })).toBe(player);
  });
  it('forgets its failures once it lives', () => {
    const failed = play([0, { type: 'facts' }], [100, { type: 'failed', reason: 'closed' }], [600, { type: 'tick' }], [700, { type: 'frame' }], [800, { type: 'failed', reason: 'closed' }]);
    expect(state(failed)).toBe('waiting mse');
  });
});
