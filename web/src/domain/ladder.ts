// Which ways of playing a stream there are for this browser, best first. Pure.

export type Transport = 'webrtc' | 'mse' | 'hls' | 'pictures';

export const TRANSPORT_WORDS: Record<Transport, string> = { webrtc: 'WebRTC', mse: 'MSE', hls: 'LL-HLS', pictures: 'single pictures' };

export const isTransport = (name: unknown): name is Transport => typeof name === 'string' && Object.hasOwn(TRANSPORT_WORDS, name);

export interface StreamFacts {
  name: string;
  codec: string;
  codecs: string;
  width: number;
  height: number;
  b_frames: boolean;
  // Codec of the camera's own sound; empty: none is known.
  sound: string;
  transports: Record<string, string>;
  // Codec of the sound by transport.
  sounds: Record<string, string>;
}

export interface Capabilities {
  // Whether WebRTC takes a codec ("h264"); null without WebRTC.
  webrtc: ((codec: string) => boolean) | null;
  // MediaSource.isTypeSupported, or what stands for it; null without Media Source Extensions.
  mse: ((mime: string) => boolean) | null;
}

export interface Step {
  transport: Transport;
  stream: string;
  // Path at the server; empty for single pictures.
  path: string;
  // By WebRTC: with sound. It is asked for only where somebody listens, since the server may have to make it.
  heard?: true;
}

// What whoever looks wants.
export interface Wishes {
  // Pixels that the picture is shown in; null: the stream that is for live pictures, whatever its size.
  width: number | null;
  // That one and no other; null: whichever is best.
  pinned?: Transport | null;
  // Ways that bring the sound along come first.
  sound?: boolean;
  // The stream as the server would encode it for those who cannot play the camera's own.
  encoded?: StreamFacts | undefined;
}

export interface Ladder {
  steps: Step[];
  // Why better steps are missing, for people.
  missing: string[];
}

const mimeOf = (codecs: string): string => `video/mp4; codecs="${codecs}"`;

// Why a stream does not come by WebRTC; null where it does.
function whyNotWebrtc(stream: StreamFacts, can: Capabilities): string | null {
  if (stream.transports.webrtc === undefined) return stream.b_frames ? `The stream ${stream.name} has B-frames, which WebRTC can't show.` : '';
  if (can.webrtc === null) return 'This browser has no WebRTC.';
  if (stream.codec !== '' && !can.webrtc(stream.codec)) return `This browser takes no ${stream.codec} by WebRTC.`;
  return null;
}

function whyNotBuffered(stream: StreamFacts, can: Capabilities): string | null {
  if (can.mse === null) return 'This browser has no Media Source Extensions.';
  if (stream.codec !== '' && stream.codecs === '') return `The stream ${stream.name} is ${stream.codec}, which no video transport carries.`;
  if (stream.codecs !== '' && !can.mse(mimeOf(stream.codecs))) return `This browser can't play ${stream.codecs} of the stream ${stream.name}.`;
  return null;
}

const TRANSPORTS = ['webrtc', 'mse', 'hls'] as const;

// A stream shown a little larger than it is looks as good, and costs a fraction.
const ENLARGED = 1.7;
// Of a stream that is not connected yet: the camera's own is the large one, others are made for small pictures.
const guessedWidth = ({ name, width }: StreamFacts): number => (width > 0 ? width : name === 'main' ? 1920 : 640);

// The narrowest that is wide enough, then wider ones, then those that are too narrow.
function bySize(streams: readonly StreamFacts[], width: number): StreamFacts[] {
  const sized = streams.map((stream) => ({ stream, width: guessedWidth(stream) })).sort((a, b) => a.width - b.width);
  const enough = sized.filter((one) => one.width * ENLARGED >= width);
  const narrow = sized.filter((one) => one.width * ENLARGED < width).reverse();
  return [...enough, ...narrow].map(({ stream }) => stream);
}

// The server encodes for one view at a time, not for a wall of them; and where the camera sends single pictures anyway, those are better than what is
// encoded of them.
const isWorthEncoding = (streams: readonly StreamFacts[], width: number | null): boolean =>
  width === null && streams.length > 0 && streams.every(({ codec }) => codec !== '' && codec !== 'mjpeg' && codec !== 'png');

// Streams in their order (the one for live pictures first), or by size; for each, the transports, the one with the least
// delay first. Before a stream's first picture nobody knows its codec: trying is how to find out.
export function ladderFor(given: readonly StreamFacts[], can: Capabilities, wishes: Wishes = { width: null }): Ladder {
  const { pinned = null, sound = false } = wishes;
  const streams = wishes.width === null ? given : bySize(given, wishes.width);
  const steps: Step[] = [];
  const missing: string[] = [];
  const add = (stream: StreamFacts): void => {
    const heard = (transport: Transport): number => (sound && stream.sounds[transport] === undefined ? 1 : 0);
    const transports = TRANSPORTS.filter((transport) => pinned === null || transport === pinned).sort((a, b) => heard(a) - heard(b));
    for (const transport of transports) {
      const why = transport === 'webrtc' ? whyNotWebrtc(stream, can) : whyNotBuffered(stream, can);
      const path = stream.transports[transport];
      if (why !== null) missing.push(why);
      else if (path !== undefined) steps.push({ transport, stream: stream.name, path, ...(sound && transport === 'webrtc' ? { heard: true } : {}) });
      if (sound && transport !== pinned && heard(transport) > 0 && Object.keys(stream.sounds).length > 0) missing.push(`${TRANSPORT_WORDS[transport]} brings no sound of the stream ${stream.name}.`);
    }
  };
  streams.forEach(add);
  if (steps.length === 0 && wishes.encoded !== undefined && isWorthEncoding(streams, wishes.width)) add(wishes.encoded);
  if (pinned !== null && pinned !== 'pictures' && steps.length === 0) missing.push(`${TRANSPORT_WORDS[pinned]} is not to be had for this camera.`);
  steps.push({ transport: 'pictures', stream: '', path: '' });
  return { steps, missing: [...new Set(missing)].filter((why) => why !== '') };
}
