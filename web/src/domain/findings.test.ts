import { describe, expect, it } from 'vitest';
import { boxesAt, type FoundFrame, labelsText, stretchOf, videoTime } from './findings';

const SIZE = { width: 640, height: 320 };
const frame = (time_ms: number, x: number, state = 'confirmed', track = 7): FoundFrame => ({
  sequence: time_ms / 40 + 1,
  time_ms,
  objects: [{ track, label: 'person', confidence: 0.8, state, box: [x, 32, 64, 160] }],
});

describe('boxes over a video', () => {
  it('are those of the picture that is shown', () => {
    const frames = [frame(0, 0), frame(40, 64), frame(80, 128)];
    expect(boxesAt(frames, 40, 40, SIZE)).toMatchObject([{ x: 0.1, y: 0.1, w: 0.1, h: 0.5, id: 7, label: 'person', coasting: false }]);
    // A picture at 80.9 ms was cut to 80.
    expect(boxesAt(frames, 79.2, 40, SIZE)[0]?.x).toBeCloseTo(0.2);
  });

  it('move evenly where not every picture was looked at', () => {
    const frames = [frame(0, 0), frame(1000, 64), frame(2000, 64)];
    expect(boxesAt(frames, 500, 1000, SIZE)[0]?.x).toBeCloseTo(0.05);
    expect(boxesAt(frames, 1500, 1000, SIZE)[0]?.x).toBeCloseTo(0.1);
  });

  it('end where nothing is seen any more', () => {
    const frames = [frame(0, 0), frame(40, 64), frame(4000, 128, 'confirmed', 8)];
    expect(boxesAt(frames, 130, 40, SIZE)).toHaveLength(1);
    expect(boxesAt(frames, 150, 40, SIZE)).toEqual([]);
    expect(boxesAt(frames, 2000, 40, SIZE)).toEqual([]);
    expect(boxesAt(frames, 4000, 40, SIZE)).toMatchObject([{ id: 8 }]);
  });

  it('do not become those of another', () => {
    const frames = [frame(0, 0, 'confirmed', 1), frame(100, 640, 'confirmed', 2)];
    expect(boxesAt(frames, 50, 100, SIZE)).toMatchObject([{ id: 1, x: 0 }]);
  });

  it('are of what is believed, and say what is a guess', () => {
    expect(boxesAt([frame(0, 0, 'tentative')], 0, 40, SIZE)).toEqual([]);
    expect(boxesAt([frame(0, 0, 'coasting')], 0, 40, SIZE)).toMatchObject([{ coasting: true }]);
  });

  it('are none before the first, of nothing, and of a picture without a size', () => {
    expect(boxesAt([frame(500, 0)], 0, 40, SIZE)).toEqual([]);
    expect(boxesAt([], 0, null, SIZE)).toEqual([]);
    expect(boxesAt([frame(0, 0)], 0, null, { width: 0, height: 0 })).toEqual([]);
  });
});

it('stretches of a video follow each other', () => {
  expect([-5, 0, 19_999, 20_000, 61_000].map(stretchOf)).toEqual([0, 0, 0, 1, 3]);
});

it('what was found is counted, the most first', () => {
  expect(labelsText({ car: 2, person: 12, bus: 2 })).toBe('12 × person, 2 × bus, 2 × car');
  expect(labelsText({})).toBe('');
});

it('a time in a video is told as its player does', () => {
  expect([0, 999, 65_340, 3_725_000].map(videoTime)).toEqual(['0:00.0', '0:00.9', '1:05.3', '1:02:05.0']);
});
