import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Picture } from '../api/pictures';
import type { Failure } from '../api/result';
import { Gate } from '../domain/gate';
import { PictureFeed } from './feed';

const picture = (live = true): Picture => ({ kind: 'picture', jpeg: new Blob(), takenAt: 0, captured: null, live });
const offline: Failure = { kind: 'offline' };

function feedOf(answers: () => Promise<Picture | Failure>, gate = new Gate(6)) {
  const fetch = vi.fn((signal: AbortSignal) => {
    void signal;
    return answers();
  });
  const onPicture = vi.fn();
  const onFailure = vi.fn();
  const feed = new PictureFeed({ interval: () => 500, fetch, gate, onPicture, onFailure });
  return { feed, fetch, onPicture, onFailure };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('PictureFeed', () => {
  it('asks at its interval, from question to question', async () => {
    const { feed, fetch, onPicture } = feedOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return picture();
    });
    feed.start();
    await vi.advanceTimersByTimeAsync(1999);
    expect(fetch).toHaveBeenCalledTimes(4);
    expect(onPicture).toHaveBeenCalledTimes(4);
    feed.stop();
  });

  it('never has two questions under way, however slow the answer', async () => {
    let underWay = 0;
    let most = 0;
    const { feed, fetch } = feedOf(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      underWay -= 1;
      return picture();
    });
    feed.start();
    feed.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(most).toBe(1);
    expect(fetch.mock.calls.length).toBe(4);
    feed.stop();
  });

  it('asks nothing any more once stopped, and drops an answer that comes late', async () => {
    const { feed, fetch, onPicture } = feedOf(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return picture();
    });
    feed.start();
    await vi.advanceTimersByTimeAsync(50);
    const signal = fetch.mock.calls[0]?.[0];
    feed.stop();
    expect(signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(onPicture).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks more and more seldom while it fails, and as often as before after the first picture', async () => {
    let answer: Picture | Failure = offline;
    const { feed, fetch, onFailure } = feedOf(() => Promise.resolve(answer));
    feed.start();
    await vi.advanceTimersByTimeAsync(7500);
    // At 0, 1, 3 and 7 s.
    expect(fetch).toHaveBeenCalledTimes(4);
    expect(onFailure).toHaveBeenCalledTimes(4);
    answer = picture();
    await vi.advanceTimersByTimeAsync(8000);
    fetch.mockClear();
    await vi.advanceTimersByTimeAsync(2000);
    expect(fetch).toHaveBeenCalledTimes(4);
    feed.stop();
  });

  it('asks seldom for a picture that is not live', async () => {
    const { feed, fetch } = feedOf(() => Promise.resolve(picture(false)));
    feed.start();
    await vi.advanceTimersByTimeAsync(10_500);
    expect(fetch).toHaveBeenCalledTimes(3);
    feed.stop();
  });

  it('asks at once when woken', async () => {
    const { feed, fetch } = feedOf(() => Promise.resolve(offline));
    feed.start();
    await vi.advanceTimersByTimeAsync(4000);
    fetch.mockClear();
    feed.wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(fetch).toHaveBeenCalledTimes(1);
    feed.stop();
    feed.wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('waits in line when many tiles ask, so that a click always finds a connection', async () => {
    const gate = new Gate(6);
    let most = 0;
    const feeds = [...Array(16).keys()].map(() =>
      feedOf(async () => {
        most = Math.max(most, gate.active);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return picture();
      }, gate),
    );
    for (const { feed } of feeds) feed.start();
    await vi.advanceTimersByTimeAsync(450);
    expect(most).toBe(6);
    for (const { onPicture } of feeds) expect(onPicture).toHaveBeenCalled();
    for (const { feed } of feeds) feed.stop();
  });
});
