import { send } from './client';
import { type Result, toProblem } from './result';
import type { WhepFacts } from './types';

// A WebRTC session at the server: opened with an offer, told how it gets on, ended.

export interface WhepSession {
  answer: string;
  // Path of the session.
  location: string;
}

export async function openWhep(path: string, offer: string, signal: AbortSignal): Promise<Result<WhepSession>> {
  const answer = await send(path, { method: 'POST', text: offer, contentType: 'application/sdp', signal });
  if (answer.kind !== 'response') return answer;
  const { response } = answer;
  const location = response.headers.get('location');
  if (location === null) return toProblem(response.status, response.headers, { code: 'page.bad_answer', detail: 'The server did not say where the session is.' });
  try {
    return { kind: 'ok', data: { answer: await response.text(), location }, etag: response.headers.get('etag') };
  } catch {
    return { kind: signal.aborted ? 'aborted' : 'offline' };
  }
}

// Begins ICE anew; what the server answers, null where it does not.
export async function restartWhep(location: string, fragment: string, signal: AbortSignal): Promise<string | null> {
  const answer = await send(location, { method: 'PATCH', text: fragment, contentType: 'application/trickle-ice-sdpfrag', signal });
  if (answer.kind !== 'response' || answer.response.status !== 200) return null;
  return answer.response.text().catch(() => null);
}

export async function whepFacts(location: string): Promise<WhepFacts | null> {
  const answer = await send(location);
  if (answer.kind !== 'response') return null;
  try {
    return (await answer.response.json()) as WhepFacts;
  } catch {
    return null;
  }
}

// Also while the page goes: nobody waits for the answer.
export const closeWhep = (location: string): void => void send(location, { method: 'DELETE', keepalive: true });
