import type { Observation } from '../domain/overlay';
import { renew, token } from './session';

// The observations of a camera as they are made. Connects anew by itself; when the access token has run out, with a new
// one. Gives up when the sign-in is over or the camera gone. Returns how to stop.

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const TOKEN_OVER = 4401;
const GONE = 4404;

const isObservation = (value: unknown): value is Observation =>
  typeof value === 'object' && value !== null && 'objects' in value && Array.isArray(value.objects) && 'vigil' in value && 'resolution' in value;

export function watchObservations(cameraId: string, onObservation: (observation: Observation) => void): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  let stopped = false;

  const again = () => {
    if (stopped) return;
    timer = setTimeout(connect, delay);
    delay = Math.min(delay * 2, LAST_RETRY_MS);
  };
  const closed = async (code: number) => {
    socket = null;
    if (stopped || code === GONE) return;
    if (code === TOKEN_OVER && (await renew()) === 'refused') return;
    again();
  };
  function connect() {
    const bearer = token.get();
    const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/cameras/${encodeURIComponent(cameraId)}/observations`;
    socket = new WebSocket(address, bearer === null ? ['vigil.v1'] : ['vigil.v1', `vigil.bearer.${bearer}`]);
    socket.onmessage = (event: MessageEvent<unknown>) => {
      delay = FIRST_RETRY_MS;
      if (typeof event.data !== 'string') return;
      try {
        const message: unknown = JSON.parse(event.data);
        if (isObservation(message)) onObservation(message);
      } catch {
        // Not ours: the next one may be.
      }
    };
    socket.onclose = (event) => void closed(event.code);
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}
