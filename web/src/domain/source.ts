// What an address says about itself, and how a user name and password get into and out of it.

export type SourceType = 'rtsp' | 'rtmp' | 'hls' | 'mjpeg' | 'snapshot' | 'http_push' | 'rtmp_push' | 'file' | 'v4l2';

export interface SourceKind {
  type: SourceType;
  name: string;
  hint: string;
  example: string;
}

// Only what can be added from the page; files and local devices belong to the server's own configuration.
export const SOURCE_KINDS: SourceKind[] = [
  { type: 'rtsp', name: 'RTSP', hint: 'Most network cameras', example: 'rtsp://192.168.1.20:554/stream1' },
  { type: 'rtmp', name: 'RTMP', hint: 'A stream on an RTMP server', example: 'rtmp://192.168.1.30/live/door' },
  { type: 'hls', name: 'HLS', hint: 'A playlist ending in .m3u8', example: 'https://example.org/live/index.m3u8' },
  { type: 'mjpeg', name: 'MJPEG', hint: 'Pictures without end over HTTP', example: 'http://192.168.1.20/video.mjpg' },
  { type: 'snapshot', name: 'Snapshot address', hint: 'One JPEG, asked for again and again', example: 'http://192.168.1.20/snapshot.jpg' },
  { type: 'http_push', name: 'HTTP push', hint: 'The camera or a script sends pictures to Vigil', example: '' },
  { type: 'rtmp_push', name: 'RTMP push', hint: 'An encoder, such as OBS or ffmpeg, publishes to Vigil', example: '' },
];

// They come by themselves: there is no address to connect to.
export const isHandedIn = (type: SourceType): type is 'http_push' | 'rtmp_push' => type === 'http_push' || type === 'rtmp_push';

const NAMES: Record<SourceType, string> = {
  rtsp: 'RTSP',
  rtmp: 'RTMP',
  hls: 'HLS',
  mjpeg: 'MJPEG',
  snapshot: 'Snapshot address',
  http_push: 'HTTP push',
  rtmp_push: 'RTMP push',
  file: 'File',
  v4l2: 'Local device',
};
export const sourceName = (type: string): string => NAMES[type as SourceType] ?? type;

export interface Address {
  // Without the user information, which never stays in a visible box.
  url: string;
  username: string;
  password: string;
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const SCHEMES = ['rtsp', 'rtsps', 'rtmp', 'rtmps', 'http', 'https'];

// A pasted address: blanks cut off, a missing scheme filled in, user name and password taken apart. Passwords may hold
// '@', ':' and '/', so the last '@' before the path of the host ends them.
export function parseAddress(pasted: string): Address {
  const text = pasted.trim();
  if (text === '') return { url: '', username: '', password: '' };
  const match = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text);
  const scheme = (match?.[1] ?? 'rtsp').toLowerCase();
  const rest = match?.[2] ?? text.replace(/^\/+/, '');
  const query = rest.search(/[?#]/);
  const beforeQuery = query < 0 ? rest : rest.slice(0, query);
  // "rtsp://host/user@site" has no user information: an '@' counts only where a password could stand.
  const firstSlash = beforeQuery.indexOf('/');
  const authority = firstSlash < 0 ? beforeQuery : beforeQuery.slice(0, firstSlash);
  let at = authority.lastIndexOf('@');
  if (at < 0 && authority.includes(':') && !/:\d*$/.test(authority) && !authority.startsWith('[')) at = beforeQuery.lastIndexOf('@');
  if (at < 0) return { url: `${scheme}://${rest}`, username: '', password: '' };
  const user = rest.slice(0, at);
  const colon = user.indexOf(':');
  return {
    url: `${scheme}://${rest.slice(at + 1)}`,
    username: decode(colon < 0 ? user : user.slice(0, colon)),
    password: colon < 0 ? '' : decode(user.slice(colon + 1)),
  };
}

export function guessSourceType(url: string): SourceType | null {
  const match = /^([a-z][a-z0-9+.-]*):\/\/[^/?#]*([^?#]*)/i.exec(url.trim());
  if (match === null) return null;
  const scheme = (match[1] ?? '').toLowerCase();
  const path = (match[2] ?? '').toLowerCase();
  if (scheme === 'rtsp' || scheme === 'rtsps') return 'rtsp';
  if (scheme === 'rtmp' || scheme === 'rtmps') return 'rtmp';
  if (scheme !== 'http' && scheme !== 'https') return null;
  if (path.endsWith('.m3u8') || path.endsWith('.m3u')) return 'hls';
  if (/\.(jpe?g|png)$/.test(path) || /snap(shot)?|picture|still|image\.cgi/.test(path)) return 'snapshot';
  return 'mjpeg';
}

// Why an address cannot be taken, before the server is asked; null when it can.
export function addressFault(url: string, type: SourceType): string | null {
  if (isHandedIn(type)) return null;
  if (url.trim() === '') return 'Paste the address of the camera.';
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(url.trim());
  const scheme = (match?.[1] ?? '').toLowerCase();
  if (match === null || !SCHEMES.includes(scheme)) return 'An address begins with rtsp://, rtmp://, http:// or https://.';
  if ((match[2] ?? '') === '') return 'The address names no host.';
  const fits =
    type === 'rtsp' ? scheme.startsWith('rtsp') : type === 'rtmp' ? scheme.startsWith('rtmp') : scheme === 'http' || scheme === 'https';
  return fits ? null : `An address that begins with ${scheme}:// is not ${sourceName(type)}.`;
}

export function withSignIn(url: string, username: string, password: string): string {
  if (username === '' && password === '') return url;
  const split = url.indexOf('://');
  if (split < 0) return url;
  const user = password === '' ? encodeURIComponent(username) : `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  return `${url.slice(0, split + 3)}${user}@${url.slice(split + 3)}`;
}

// "cam_001", or the first of its kind that is free.
export function freeCameraId(taken: Iterable<string>): string {
  const used = new Set(taken);
  for (let n = used.size + 1; ; ++n) {
    const id = `cam_${String(n).padStart(3, '0')}`;
    if (!used.has(id)) return id;
  }
}

export const isCameraId = (id: string): boolean => /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/.test(id);

const shellQuoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

// The line that a script on the camera's side runs. The key is a placeholder: the page never shows a real one.
export function pushCommand(origin: string, cameraId: string, needsKey: boolean): string {
  const key = needsKey ? ` -H ${shellQuoted('Authorization: Bearer YOUR_API_KEY')}` : '';
  return `curl${key} -F frame_file=@picture.jpg ${shellQuoted(`${origin}/api/ingest/push/${cameraId}`)}`;
}
