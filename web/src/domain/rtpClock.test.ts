import { expect, test } from 'vitest';
import { capturedAt } from './rtpClock';

const clock = { rtpTime: 4_294_967_000, captured: 1000 };

test('a picture is as much later as its RTP time is', () => {
  expect(capturedAt(clock, 4_294_967_000 - 90_000)).toBe(999);
  expect(capturedAt(clock, 4_294_967_000)).toBe(1000);
});

test('RTP times that have wrapped go on', () => {
  expect(capturedAt(clock, 90_000 - 296)).toBe(1001);
});
