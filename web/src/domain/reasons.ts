// Why a camera gives no picture: what, why, what now. One entry for every reason that the contract knows; the unit test
// compares this table with the OpenAPI document.

export type NextStep = 'change_sign_in' | 'change_address' | 'retry' | 'start' | 'wait' | 'network_rules' | 'none';

export interface ReasonText {
  // After the state, in a tile: "Offline since 13:59 · wrong password".
  short: string;
  // One or two sentences with the cause and what to do.
  text: string;
  step: NextStep;
}

export const REASONS: Record<string, ReasonText> = {
  none: { short: '', text: '', step: 'none' },
  dns: {
    short: 'name not known',
    text: 'This name has no address in the network. Check the spelling, or use the IP address of the camera.',
    step: 'change_address',
  },
  blocked: {
    short: 'address not allowed',
    text: "This address is not allowed by the server's network rules. An administrator can change the list in the server's configuration.",
    step: 'network_rules',
  },
  refused: {
    short: 'port closed',
    text: 'The device answers, but nothing listens on that port. Check the port; many cameras use 554 or 8554 for RTSP.',
    step: 'change_address',
  },
  unreachable: {
    short: 'no answer',
    text: 'No answer from the camera. Is it powered and on the same network as the server?',
    step: 'retry',
  },
  timeout: {
    short: 'no answer in time',
    text: 'The camera did not answer in time. Is it powered, and is a firewall between the server and the camera?',
    step: 'retry',
  },
  tls: {
    short: 'certificate not accepted',
    text: "The camera's certificate is self-signed, has run out, or is for another name. Use the address without TLS, or give the camera a valid certificate.",
    step: 'change_address',
  },
  auth: {
    short: 'wrong user name or password',
    text: 'The camera refused the user name or password. Change them here; too many wrong tries may block the camera for some minutes.',
    step: 'change_sign_in',
  },
  not_found: {
    short: 'no stream at this address',
    text: 'The camera answers, but it has no stream at this address. Check the path in the manual of the camera.',
    step: 'change_address',
  },
  busy: {
    short: 'no further connection allowed',
    text: 'The camera allows no further connection. Close other viewers or use its sub-stream.',
    step: 'retry',
  },
  no_video: {
    short: 'connected, no picture',
    text: 'Connected, but no picture came. Set the key-frame interval to 1–2 s in the camera, and check that the stream carries video.',
    step: 'retry',
  },
  stalled: {
    short: 'pictures stopped',
    text: 'Pictures came and then stopped. The camera may be restarting, or the network is too slow for this stream.',
    step: 'wait',
  },
  frozen: {
    short: 'same picture again and again',
    text: 'The camera sends the same picture again and again. Restart the camera.',
    step: 'retry',
  },
  decode_error: {
    short: 'picture broken',
    text: 'Data comes, but the pictures cannot be decoded. Packets may be lost on the way: try the TCP transport, or a lower bit rate.',
    step: 'retry',
  },
  codec: {
    short: 'codec not read',
    text: "The camera sends a codec that Vigil doesn't read. Switch the camera to H.264 or H.265, without “+” or “smart” modes.",
    step: 'retry',
  },
  protocol: {
    short: 'not understood',
    text: "The other side doesn't speak the protocol properly. Check that the address and the source type fit together.",
    step: 'change_address',
  },
  ended: {
    short: 'stream ended by the camera',
    text: 'The camera closed the stream. Vigil connects again by itself.',
    step: 'wait',
  },
  stopped: { short: 'stopped', text: 'This camera was stopped by somebody. Start it to see pictures again.', step: 'start' },
  internal: {
    short: 'fault of the server',
    text: 'The server had a fault with this camera. It tries again by itself; if this stays, look at the log of the server.',
    step: 'retry',
  },
};

const UNKNOWN_REASON: ReasonText = {
  short: 'no picture',
  text: 'The camera gives no picture. The server names a reason that this page does not know; reload the page.',
  step: 'retry',
};

export function reasonText(code: string | null | undefined): ReasonText {
  return REASONS[code ?? 'none'] ?? UNKNOWN_REASON;
}

export const STEP_LABELS: Record<NextStep, string> = {
  change_sign_in: 'Change password',
  change_address: 'Change address',
  retry: 'Try now',
  start: 'Start',
  wait: 'Try now',
  network_rules: 'Change address',
  none: '',
};
