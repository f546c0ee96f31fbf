// Which ways of playing a stream there are for this browser, best first. Pure.

export type Transport = 'webrtc' | 'mse' | 'hls' | 'pictures';

export const TRANSPORT_WORDS: Record<Transport, string> = { webrtc: 'WebRTC', mse: 'MSE', hls: 'LL-HLS', pictures: 'single pictures' };

export interface StreamFacts {
  name: string;
  codec: string;
  codecs: string;
  width: number;
  height: number;
  b_frames: boolean;
  transports: Record<string, string>;
}

export interface Capabilities {
  // MediaSource.isTypeSupported, or what stands for it; null without Media Source Extensions.
  mse: ((mime: string) => boolean) | null;
}

export interface Step {
  transport: Transport;
  stream: string;
  // Path at the server; empty for single pictures.
  path: string;
}

export interface Ladder {
  steps: Step[];
  // Why better steps are missing, for people.
  missing: string[];
}

const mimeOf = (codecs: string): string => `video/mp4; codecs="${codecs}"`;

// Streams in their order (the one for live pictures first); for each, the transports that this page has drivers for.
export function ladderFor(streams: readonly StreamFacts[], can: Capabilities, drivers: readonly Transport[] = ['mse', 'hls']): Ladder {
  const steps: Step[] = [];
  const missing: string[] = [];
  for (const stream of streams) {
    // Before its first picture nobody knows the codec: trying is how to find out.
    const playable = stream.codecs === '' ? stream.codec === '' : can.mse !== null && can.mse(mimeOf(stream.codecs));
    if (can.mse === null) missing.push('This browser has no Media Source Extensions.');
    else if (stream.codec !== '' && stream.codecs === '') missing.push(`The stream ${stream.name} is ${stream.codec}, which no video transport carries.`);
    else if (!playable) missing.push(`This browser can't play ${stream.codecs} of the stream ${stream.name}.`);
    if (!playable || can.mse === null) continue;
    for (const transport of drivers) {
      const path = stream.transports[transport];
      if (path !== undefined) steps.push({ transport, stream: stream.name, path });
    }
  }
  steps.push({ transport: 'pictures', stream: '', path: '' });
  return { steps, missing: [...new Set(missing)] };
}
