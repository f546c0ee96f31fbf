import type { Picture } from '../api/pictures';
import type { Failure } from '../api/result';
import type { Gate } from '../domain/gate';

// Keeps one camera's picture fresh: asks, shows, waits, asks again; never two questions at once. What is hidden asks
// nothing. Driven from outside by start() and stop(); knows no React, no DOM and no clock of its own.

export interface FeedOptions {
  // Milliseconds from one question to the next; asked again each time, because tiles grow and shrink.
  interval: () => number;
  fetch: (signal: AbortSignal) => Promise<Picture | Failure>;
  gate: Gate;
  onPicture: (picture: Picture) => void;
  onFailure: (failure: Failure) => void;
}

// After a failure: longer and longer, because a camera that gives nothing gives nothing sooner for being asked more.
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
// A picture that is not live will hardly change.
const STILL_MS = 5000;

export class PictureFeed {
  private stopper: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(private readonly options: FeedOptions) {}

  get running(): boolean {
    return this.stopper !== null;
  }

  start(): void {
    if (this.stopper !== null) return;
    this.stopper = new AbortController();
    void this.ask(this.stopper.signal);
  }

  stop(): void {
    this.stopper?.abort();
    this.stopper = null;
    clearTimeout(this.timer);
  }

  // The camera or the server is back: do not wait for the next try.
  wake(): void {
    this.failures = 0;
    if (this.stopper === null) return;
    this.stop();
    this.start();
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { gate, interval, onPicture, onFailure } = this.options;
    const began = performance.now();
    const result = await gate.run(() => this.options.fetch(signal), signal);
    if (signal.aborted || result === null || result.kind === 'aborted') return;
    let wait: number;
    if (result.kind === 'picture') {
      this.failures = 0;
      onPicture(result);
      wait = Math.max(result.live ? interval() : Math.max(STILL_MS, interval()), 0) - (performance.now() - began);
    } else {
      onFailure(result);
      wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? STILL_MS;
      this.failures += 1;
    }
    this.timer = setTimeout(() => void this.ask(signal), Math.max(wait, 0));
  }
}
