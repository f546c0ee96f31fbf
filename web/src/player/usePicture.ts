import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { latestPicture, type Picture } from '../api/pictures';
import type { Failure } from '../api/result';
import { Gate } from '../domain/gate';
import { useConnection } from '../stores/connection';
import { PictureFeed } from './feed';

// Six connections are all that a browser opens to one HTTP/1.1 server. One stays free for everything else.
const gate = new Gate(5);
const MAX_WIDTH = 1920;

export interface PictureState {
  // When the picture shown was taken, by this device's clock; null before the first.
  takenAt: number | null;
  // The same by the server's clock, Unix seconds.
  captured: number | null;
  live: boolean;
  failure: Failure | null;
}

interface PictureOptions {
  cameraId: string;
  intervalMs: number;
  // False: paused by somebody, or the camera cannot give one.
  active: boolean;
  // Changes when the camera has come back or has been changed: ask at once.
  wakeOn: string;
}

// Pixels to ask for: what the box shows, in steps, so that a resize does not ask for a new size each time.
export function widthFor(cssWidth: number, density: number): number {
  const wanted = Math.max(160, cssWidth * Math.min(density, 2));
  return Math.min(MAX_WIDTH, Math.ceil(wanted / 160) * 160);
}

export function useVisible(box: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  const [shown, setShown] = useState(() => !document.hidden);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting === true), { rootMargin: '200px' });
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  useEffect(() => {
    const change = () => setShown(!document.hidden);
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, []);
  return near && shown;
}

// The same as the box is now; null where nobody asks, and before it is known.
export function useShownWidth(box: RefObject<HTMLElement | null>, asked: boolean): number | null {
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!asked || element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(widthFor(element.clientWidth, window.devicePixelRatio || 1)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, asked]);
  return asked ? width : null;
}

// The newest picture of a camera in `image`, refreshed while `box` is in view.
export function usePicture(box: RefObject<HTMLElement | null>, image: RefObject<HTMLImageElement | null>, options: PictureOptions): PictureState {
  const { cameraId, intervalMs, active, wakeOn } = options;
  const [state, setState] = useState<PictureState>({ takenAt: null, captured: null, live: false, failure: null });
  const visible = useVisible(box);
  const returns = useConnection((connection) => connection.returns);
  const feed = useRef<PictureFeed | null>(null);
  const interval = useRef(intervalMs);
  const replaced = useRef<string[]>([]);
  interval.current = intervalMs;

  const show = useCallback(
    (picture: Picture) => {
      const element = image.current;
      if (element === null) return;
      if (element.src.startsWith('blob:')) replaced.current.push(element.src);
      // An old picture stays until a new one stands; then its memory is given back.
      const giveBack = () => {
        for (const url of replaced.current) URL.revokeObjectURL(url);
        replaced.current = [];
      };
      element.onload = () => {
        giveBack();
        setState({ takenAt: picture.takenAt, captured: picture.captured, live: picture.live, failure: null });
      };
      element.onerror = giveBack;
      element.src = URL.createObjectURL(picture.jpeg);
    },
    [image],
  );

  useEffect(() => {
    const element = image.current;
    const urls = replaced;
    feed.current = new PictureFeed({
      interval: () => interval.current,
      fetch: (signal) => latestPicture(cameraId, widthFor(box.current?.clientWidth ?? 320, window.devicePixelRatio || 1), signal),
      gate,
      onPicture: show,
      onFailure: (failure) => setState((before) => ({ ...before, live: false, failure })),
    });
    return () => {
      feed.current?.stop();
      feed.current = null;
      if (element === null) return;
      element.onload = null;
      element.onerror = null;
      for (const url of [...urls.current, element.src]) if (url.startsWith('blob:')) URL.revokeObjectURL(url);
      urls.current = [];
      element.removeAttribute('src');
      setState({ takenAt: null, captured: null, live: false, failure: null });
    };
  }, [box, cameraId, image, show]);

  useEffect(() => {
    if (visible && active) feed.current?.start();
    else feed.current?.stop();
  }, [visible, active, cameraId]);

  useEffect(() => {
    feed.current?.wake();
  }, [wakeOn, returns]);

  return state;
}
