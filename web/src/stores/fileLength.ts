// How long a video file on this device is, where the browser can tell; null otherwise. Nothing of it is played.

const PATIENCE_MS = 4000;

export function secondsOf(file: File): Promise<number | null> {
  const video = document.createElement('video');
  // Whether it can is not known of every kind; where it surely cannot, nobody has to wait.
  if (file.type !== '' && video.canPlayType(file.type) === '') return Promise.resolve(null);
  const url = URL.createObjectURL(file);
  return new Promise<number | null>((done) => {
    const timer = setTimeout(() => done(null), PATIENCE_MS);
    video.onloadedmetadata = () => {
      clearTimeout(timer);
      // A recording may not say it.
      done(Number.isFinite(video.duration) ? video.duration : null);
    };
    video.onerror = () => {
      clearTimeout(timer);
      done(null);
    };
    video.preload = 'metadata';
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
}
