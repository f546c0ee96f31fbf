// A way of playing a stream. Drivers say what happens and decide nothing: what follows is for the reducer (domain/livePlayer).

export interface DriverFacts {
  // A picture was shown. `captured`: when it was taken, Unix seconds by the server's clock; null where that is not known.
  onFrame: (captured: number | null) => void;
  // The driver has ended, for this reason. `final`: it would end so again.
  onFailed: (reason: string, final?: boolean) => void;
  // Pictures that the server left out because this device was late.
  onSkipped: (pictures: number) => void;
}

// Begins to play into `video` what `path` leads to; returns how to stop, after which nothing is said any more. A driver
// gives the element back as it was. `heard`: somebody listens; without it a way may leave the sound out.
export type Driver = (video: HTMLVideoElement, path: string, facts: DriverFacts, heard?: boolean) => () => void;

// The element as before any driver: what it held is let go of.
export function release(video: HTMLVideoElement): void {
  video.pause();
  video.removeAttribute('src');
  video.load();
}

interface VideoFrames {
  requestVideoFrameCallback?: (callback: (now: number, frame: { mediaTime: number }) => void) => number;
  cancelVideoFrameCallback?: (id: number) => void;
}

// Calls `each` with the media time of every picture that is shown; where the browser does not tell, a few times a second
// while time goes on. Returns how to stop.
export function watchFrames(video: HTMLVideoElement, each: (mediaTime: number) => void): () => void {
  const frames = video as VideoFrames;
  if (frames.requestVideoFrameCallback === undefined) {
    const change = () => each(video.currentTime);
    video.addEventListener('timeupdate', change);
    return () => video.removeEventListener('timeupdate', change);
  }
  let id = 0;
  const next = (_: number, frame: { mediaTime: number }) => {
    each(frame.mediaTime);
    id = frames.requestVideoFrameCallback?.(next) ?? 0;
  };
  id = frames.requestVideoFrameCallback(next);
  return () => frames.cancelVideoFrameCallback?.(id);
}

// Autoplay of muted video is allowed everywhere; a refusal shows as no frame.
export const start = (video: HTMLVideoElement): void => void video.play().catch(() => undefined);
