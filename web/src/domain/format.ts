// Times, sizes and counts as people read them. Unknown is an en dash, never 0.

export const UNKNOWN = '–';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const shortClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
const dayAndClock = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false });
const yearDayAndClock = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

// The server sends times as RFC 3339 text or as Unix seconds.
export function toMillis(time: string | number | null | undefined): number | null {
  if (time === null || time === undefined) return null;
  if (typeof time === 'number') return time > 0 ? time * 1000 : null;
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? null : parsed;
}

export const clockTime = (millis: number): string => clock.format(millis);

// "14:02:11" today, with the day before that, and with the year of another one.
export function moment(time: string | number | null | undefined, now: number): string {
  const millis = toMillis(time);
  if (millis === null) return UNKNOWN;
  const [then, today] = [new Date(millis), new Date(now)];
  if (then.toDateString() === today.toDateString()) return clock.format(millis);
  return (then.getFullYear() === today.getFullYear() ? dayAndClock : yearDayAndClock).format(millis);
}

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) {
    const rest = s % 60;
    return rest === 0 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 60)} min ${rest} s`;
  }
  const hours = Math.floor(s / 3600);
  if (hours < 48) return `${hours} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const age = (seconds: number): string => `${duration(seconds)} ago`;

// "since 13:59" today, "since Thu 20 Nov 13:59" before.
export function since(time: string | number | null | undefined, now: number): string {
  const millis = toMillis(time);
  if (millis === null) return '';
  const sameDay = new Date(millis).toDateString() === new Date(now).toDateString();
  return `since ${(sameDay ? shortClock : dayAndClock).format(millis)}`;
}

export const known = (value: number | null | undefined): value is number => value !== null && value !== undefined && Number.isFinite(value) && value > 0;

export const fps = (value: number | null | undefined): string =>
  known(value) ? `${value < 10 ? oneDigit.format(value) : whole.format(value)} fps` : `${UNKNOWN} fps`;

export const size = (width: number | null | undefined, height: number | null | undefined): string =>
  known(width) && known(height) ? `${width}×${height}` : UNKNOWN;

export function bitRate(bitsPerSecond: number | null | undefined): string {
  if (!known(bitsPerSecond)) return UNKNOWN;
  if (bitsPerSecond < 1_000_000) return `${whole.format(bitsPerSecond / 1000)} kbit/s`;
  return `${oneDigit.format(bitsPerSecond / 1_000_000)} Mbit/s`;
}

export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return UNKNOWN;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? whole.format(value) : oneDigit.format(value)} ${units[unit] ?? ''}`;
}

export const count = (value: number): string => whole.format(value);

const CODECS: Record<string, string> = {
  h264: 'H.264',
  h265: 'H.265',
  hevc: 'H.265',
  mjpeg: 'MJPEG',
  mpeg4: 'MPEG-4',
  aac: 'AAC',
  opus: 'Opus',
  flac: 'FLAC',
  g711a: 'G.711',
  g711u: 'G.711',
  pcm_alaw: 'G.711 A-law',
  pcm_mulaw: 'G.711 µ-law',
  pcma: 'G.711 A-law',
  pcmu: 'G.711 µ-law',
  g726: 'G.726',
};
export const codec = (name: string | null | undefined): string => (name ? (CODECS[name.toLowerCase()] ?? name) : UNKNOWN);

export function plural(n: number, one: string, other: string): string {
  return `${whole.format(n)} ${new Intl.PluralRules('en').select(n) === 'one' ? one : other}`;
}
