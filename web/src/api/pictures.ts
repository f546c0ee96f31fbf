import { send } from './client';
import type { Failure } from './result';

export interface Picture {
  kind: 'picture';
  jpeg: Blob;
  // By this device's clock, so that an age needs no agreement between two clocks.
  takenAt: number;
  // By the server's clock, Unix seconds: the time that observations carry. Null from a server that does not say.
  captured: number | null;
  live: boolean;
}

function capturedOf(header: string | null): number | null {
  const seconds = Number(header ?? 'none');
  return Number.isFinite(seconds) ? seconds : null;
}

export async function latestPicture(cameraId: string, width: number, signal: AbortSignal): Promise<Picture | Failure> {
  const asked = Date.now();
  const answer = await send(`/api/cameras/${encodeURIComponent(cameraId)}/frame/latest`, { query: { width, quality: 75 }, signal });
  if (answer.kind !== 'response') return answer;
  const { headers } = answer.response;
  try {
    const jpeg = await answer.response.blob();
    const age = Number(headers.get('x-frame-age') ?? '0');
    // The age was true when the server answered: between asking and now.
    const answered = (asked + Date.now()) / 2;
    return {
      kind: 'picture',
      jpeg,
      takenAt: answered - (Number.isFinite(age) ? age * 1000 : 0),
      captured: capturedOf(headers.get('x-frame-timestamp')),
      live: headers.get('x-frame-live') !== 'false',
    };
  } catch {
    return { kind: signal.aborted ? 'aborted' : 'offline' };
  }
}
