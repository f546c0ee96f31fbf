import { call } from './client';
import type { Result } from './result';
import { renew, token } from './session';
import type { LiveFacts } from './types';

// What there is to play, and the socket that brings it.

export const getLive = (id: string, signal?: AbortSignal): Promise<Result<LiveFacts>> => call('get', '/api/cameras/{id}/live', { path: { id }, signal });

// For players that make their own requests; null where nobody signs in.
export const authorization = (): string | null => {
  const bearer = token.get();
  return bearer === null ? null : `Bearer ${bearer}`;
};
export const renewSignIn = async (): Promise<boolean> => (await renew()) !== 'refused';

export interface MseInit {
  mime: string;
  zero: number;
}

export interface MseListener {
  onInit: (init: MseInit) => void;
  onClock: (zero: number) => void;
  onSkipped: (pictures: number) => void;
  onBytes: (bytes: ArrayBuffer) => void;
  // Why it is over, in words. Not after it was closed from here.
  onClosed: (reason: string) => void;
}

const REASONS: Record<number, string> = {
  4401: 'your session ended',
  4404: 'the camera is gone',
  4409: 'the camera is switched off',
  4415: "the camera's codec is not for MSE",
};
const TOKEN_OVER = 4401;

interface Message {
  type?: unknown;
  mime?: unknown;
  zero?: unknown;
  pictures?: unknown;
}

// Opens the socket at `path`; when the sign-in has to be renewed, once more. Returns how to close it.
export function openMse(path: string, listener: MseListener): () => void {
  let socket: WebSocket | null = null;
  let closed = false;
  let opened = false;
  let renewed = false;

  const hear = (text: string) => {
    const message = JSON.parse(text) as Message;
    if (message.type === 'init' && typeof message.mime === 'string' && typeof message.zero === 'number') listener.onInit({ mime: message.mime, zero: message.zero });
    else if (message.type === 'clock' && typeof message.zero === 'number') listener.onClock(message.zero);
    else if (message.type === 'skipped' && typeof message.pictures === 'number') listener.onSkipped(message.pictures);
  };
  const ended = async (code: number) => {
    if (closed) return;
    // A browser does not tell that a handshake was refused, nor why: a token that ran out is the most likely reason.
    if ((code === TOKEN_OVER || !opened) && !renewed && token.get() !== null && (await renewSignIn())) {
      renewed = true;
      if (!closed) connect();
      return;
    }
    if (!closed) listener.onClosed(REASONS[code] ?? 'the connection ended');
  };
  function connect() {
    const bearer = token.get();
    socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`,
      bearer === null ? ['vigil.v1'] : ['vigil.v1', `vigil.bearer.${bearer}`],
    );
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      opened = true;
      if (closed) return;
      if (data instanceof ArrayBuffer) return listener.onBytes(data);
      try {
        if (typeof data === 'string') hear(data);
      } catch {
        listener.onClosed('the server sent what this page cannot read');
      }
    };
    socket.onclose = ({ code }) => void ended(code);
  }
  connect();
  return () => {
    closed = true;
    socket?.close();
  };
}
