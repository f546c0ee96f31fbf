import { bytes, duration } from './format';

// Files on their way to the server: what may be sent, and how far it is. Pure.

// The server looks again, and its sandbox has the last word; this only spares people a long wait for a refusal.
export const SNIFFED = 400;
const EXTENSIONS = ['mp4', 'm4v', 'mov', 'qt', '3gp', '3g2', 'mkv', 'webm', 'ts', 'm2ts', 'mts', 'flv'];
export const ACCEPT = ['video/*', ...EXTENSIONS.map((extension) => `.${extension}`)].join(',');
export const KINDS = 'MP4, QuickTime, 3GP, Matroska, WebM, MPEG-TS or FLV';

// What the server takes from this person. Null: no limit, or not known.
export interface Limits {
  fileBytes: number | null;
  freeBytes: number | null;
  // Of one video.
  seconds: number | null;
}

const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));

// Whether the first bytes of a file are those of a video that the server takes.
export function looksLikeVideo(head: Uint8Array): boolean {
  if (head.length < 12) return false;
  const box = ascii(head, 4, 8);
  if (box === 'ftyp') return !['heic', 'heix', 'mif1', 'msf1', 'avif', 'avis'].includes(ascii(head, 8, 12));
  if (['moov', 'mdat', 'wide', 'free', 'skip'].includes(box)) return true;
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return true;
  if (ascii(head, 0, 4) === 'FLV\u0001') return true;
  return [
    [188, 0],
    [192, 4],
  ].some(([packet = 0, first = 0]) => head[first] === 0x47 && head[first + packet] === 0x47);
}

// Why a file is not sent at all; null: it may be. `seconds`: how long it is; null: the browser cannot tell.
export function refusalOf(name: string, size: number, head: Uint8Array, limits: Limits, seconds: number | null = null): string | null {
  if (size === 0) return `${name} is empty.`;
  if (!looksLikeVideo(head)) return `${name} is no video that the server takes: ${KINDS}.`;
  if (limits.fileBytes !== null && size > limits.fileBytes) return `${name} has ${bytes(size)}; the server takes at most ${bytes(limits.fileBytes)} in one file.`;
  if (limits.freeBytes !== null && size > limits.freeBytes) return `${name} has ${bytes(size)}; of your space ${bytes(Math.max(0, limits.freeBytes))} are left. Delete files that you no longer need.`;
  if (limits.seconds !== null && seconds !== null && seconds > limits.seconds) return `${name} takes ${duration(seconds)}; the server takes videos of at most ${duration(limits.seconds)}.`;
  return null;
}

// Bytes a second over the last seconds, out of samples of how much was sent by when.
export interface Sample {
  at: number;
  sent: number;
}
const WINDOW_MS = 8000;
export const withSample = (samples: Sample[], sample: Sample): Sample[] => [...samples.filter(({ at }) => sample.at - at <= WINDOW_MS), sample];

export function speedOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (first === undefined || last === undefined || last.at - first.at < 500) return null;
  return Math.max(0, ((last.sent - first.sent) * 1000) / (last.at - first.at));
}

// "38 MB/s, 2 min left"
export function paceText(samples: Sample[], size: number): string {
  const speed = speedOf(samples);
  if (speed === null) return '';
  if (speed < 1) return 'no bytes go through at the moment';
  const left = size - (samples[samples.length - 1]?.sent ?? 0);
  return `${bytes(speed)}/s, ${duration(Math.ceil(left / speed))} left`;
}

// The same sentence for everybody who asks why it did not work.
export function faultText(status: number, detail: string): string {
  if (status === 0) return 'The server does not answer.';
  if (status === 401) return 'The session is over. Sign in, then resume.';
  if (status === 507) return 'The disk of the server is full.';
  return detail === '' ? `The server refused it (${status}).` : detail;
}
