// Videos that this device records. Pure, but for what the browser can.

// What is asked for first: what most players know.
const TYPES = ['video/mp4;codecs=avc1.42E01F,mp4a.40.2', 'video/webm;codecs=vp9,opus', 'video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];

// Empty: the browser may choose.
export const recordingType = (isSupported: (type: string) => boolean): string => TYPES.find(isSupported) ?? '';

const two = (n: number): string => String(n).padStart(2, '0');

// "recording 2026-11-22 14.05.09.webm"
export function clipName(at: Date, type: string): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('.');
  return `recording ${day} ${time}.${type === 'video/mp4' ? 'mp4' : type === 'video/x-matroska' ? 'mkv' : 'webm'}`;
}

// Pictures of a camera are only given to pages that came by a safe way.
export const canRecord = (): boolean => typeof MediaRecorder !== 'undefined' && typeof navigator.mediaDevices?.getUserMedia === 'function';
