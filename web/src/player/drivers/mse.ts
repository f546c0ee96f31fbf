import { openMse } from '../../api/live';
import { type Buffered, chase } from '../../domain/chase';
import { type Driver, release, start, watchFrames } from './driver';

// Fragments over a WebSocket into a media buffer. Stays close to the end of what is there by playing a little faster;
// jumps where that would take too long.

const KEEP_S = 12;
const TRIM_AT_S = 20;
// A tab that sleeps does not append: what waits is bounded, and then it begins anew.
const MOST_WAITING = 24 << 20;
const CHASE_MS = 200;

export const mseClass = (): typeof MediaSource | undefined => {
  const managed = (window as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource;
  return typeof MediaSource === 'undefined' ? managed : MediaSource;
};

export const canPlay = (): ((mime: string) => boolean) | null => {
  const Media = mseClass();
  return Media === undefined ? null : (mime) => Media.isTypeSupported(mime);
};

const rangesOf = (buffered: TimeRanges): Buffered[] =>
  Array.from({ length: buffered.length }, (_, i) => ({ start: buffered.start(i), end: buffered.end(i) }));

type Work = { kind: 'type'; mime: string } | { kind: 'bytes'; bytes: ArrayBuffer };

class MsePlayer {
  private readonly media: MediaSource;
  private readonly address: string;
  private buffer: SourceBuffer | null = null;
  private work: Work[] = [];
  private waiting = 0;
  private begun = false;

  constructor(
    private readonly video: HTMLVideoElement,
    Media: typeof MediaSource,
    private readonly fail: (reason: string) => void,
  ) {
    this.media = new Media();
    this.address = URL.createObjectURL(this.media);
    this.media.addEventListener('sourceopen', this.run);
    video.disableRemotePlayback = true;
    video.src = this.address;
  }

  take(work: Work): void {
    this.work.push(work);
    if (work.kind === 'bytes') this.waiting += work.bytes.byteLength;
    if (this.waiting > MOST_WAITING) this.fail('this device does not keep up');
    else this.run();
  }

  // One thing after the other: a buffer takes no second one while it works.
  private readonly run = (): void => {
    if (this.media.readyState !== 'open' || this.buffer?.updating === true) return;
    try {
      if (this.trim()) return;
      const next = this.work[0];
      if (next === undefined) return;
      if (next.kind === 'type') {
        this.work.shift();
        this.change(next.mime);
        this.run();
      } else {
        this.buffer?.appendBuffer(this.joined());
      }
    } catch (error) {
      const full = error instanceof DOMException && error.name === 'QuotaExceededError';
      this.fail(full ? 'the browser ran out of media memory' : "the browser doesn't take what the camera sends");
    }
  };

  private change(mime: string): void {
    if (this.buffer !== null) {
      this.buffer.changeType(mime);
      return;
    }
    this.buffer = this.media.addSourceBuffer(mime);
    this.buffer.addEventListener('updateend', () => {
      this.follow();
      this.run();
    });
    this.buffer.addEventListener('error', () => this.fail("the browser couldn't read what the camera sends"));
  }

  // What waits up to the next change of type, as one: appending is dear.
  private joined(): ArrayBuffer {
    const parts: ArrayBuffer[] = [];
    for (let next = this.work[0]; next?.kind === 'bytes'; next = this.work[0]) {
      parts.push(next.bytes);
      this.waiting -= next.bytes.byteLength;
      this.work.shift();
    }
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      all.set(new Uint8Array(part), at);
      at += part.byteLength;
    }
    return all.buffer;
  }

  private trim(): boolean {
    if (this.buffer === null || this.buffer.buffered.length === 0) return false;
    const first = this.buffer.buffered.start(0);
    if (this.video.currentTime - first < TRIM_AT_S) return false;
    this.buffer.remove(first, this.video.currentTime - KEEP_S);
    return true;
  }

  follow(): void {
    if (this.buffer === null || this.media.readyState !== 'open') return;
    const { seek, rate } = chase(rangesOf(this.buffer.buffered), this.video.currentTime);
    if (seek !== undefined) this.video.currentTime = seek;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (!this.begun && this.buffer.buffered.length > 0) {
      this.begun = true;
      start(this.video);
    }
  }

  close(): void {
    this.media.removeEventListener('sourceopen', this.run);
    this.work = [];
    this.video.playbackRate = 1;
    release(this.video);
    URL.revokeObjectURL(this.address);
  }
}

export const mse: Driver = (video, path, { onFrame, onFailed, onSkipped }) => {
  let over = false;
  let zero: number | null = null;
  const fail = (reason: string, final = false) => {
    if (over) return;
    over = true;
    onFailed(reason, final);
  };
  const Media = mseClass();
  if (Media === undefined) {
    queueMicrotask(() => fail('this browser has no Media Source Extensions'));
    return () => (over = true);
  }
  const player = new MsePlayer(video, Media, fail);
  const onError = () => fail("the browser couldn't decode the picture");
  video.addEventListener('error', onError);
  const stopFrames = watchFrames(video, (time) => {
    if (!over) onFrame(zero === null ? null : zero + time);
  });
  // Also while nothing comes: what is there is played to its end, and holes are stepped over.
  const timer = setInterval(() => player.follow(), CHASE_MS);
  const close = openMse(path, {
    onInit: (init) => {
      zero = init.zero;
      if (!Media.isTypeSupported(init.mime)) fail(`this browser can't play ${init.mime}`, true);
      else player.take({ kind: 'type', mime: init.mime });
    },
    onClock: (value) => (zero = value),
    onSkipped,
    onBytes: (bytes) => {
      if (!over) player.take({ kind: 'bytes', bytes });
    },
    onClosed: fail,
  });
  return () => {
    over = true;
    close();
    clearInterval(timer);
    stopFrames();
    video.removeEventListener('error', onError);
    player.close();
  };
};
