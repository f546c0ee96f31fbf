import { renew, token } from './session';
import type { JobNews } from './types';

// What happens to one's jobs, as it happens. Connects anew by itself, and then hears what it missed; when the access token has run out, with a new one.
// Gives up when the sign-in is over. Knows of no page.

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;
const TOKEN_OVER = 4401;

export interface JobListener {
  onNews: (news: JobNews) => void;
  // More was missed than the server kept: what is known may be old.
  onMissed: () => void;
  onLive: (live: boolean) => void;
}

const isNews = (value: unknown): value is JobNews => typeof value === 'object' && value !== null && 'job_id' in value && 'sequence' in value && 'type' in value;

// Returns how to stop.
export function watchJobs(listener: JobListener): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = FIRST_RETRY_MS;
  let stopped = false;
  let last: number | null = null;
  let live = false;

  const tell = (now: boolean) => {
    if (live !== now) listener.onLive(now);
    live = now;
  };
  const closed = async (code: number) => {
    socket = null;
    if (stopped) return;
    tell(false);
    if (code === TOKEN_OVER && (await renew()) === 'refused') return;
    if (stopped) return;
    timer = setTimeout(connect, delay);
    delay = Math.min(delay * 2, LAST_RETRY_MS);
  };
  const hear = (message: unknown) => {
    if (isNews(message)) {
      if (message.sequence !== null) last = Math.max(last ?? 0, message.sequence);
      listener.onNews(message);
    } else {
      listener.onMissed();
    }
  };
  function connect() {
    const bearer = token.get();
    const after = last === null ? '' : `?after=${last}`;
    socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/jobs/live${after}`,
      bearer === null ? ['vigil.v1'] : ['vigil.v1', `vigil.bearer.${bearer}`],
    );
    socket.onopen = () => {
      delay = FIRST_RETRY_MS;
      if (stopped) return;
      // What happened between the first look and now, nobody says.
      if (last === null) listener.onMissed();
      tell(true);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (stopped || typeof data !== 'string') return;
      try {
        hear(JSON.parse(data));
      } catch {
        // Not ours: the next one may be.
      }
    };
    socket.onclose = ({ code }) => void closed(code);
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}
