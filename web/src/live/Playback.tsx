import type { Camera } from '../api/types';
import { bitRate, codec, fps, known, size, UNKNOWN } from '../domain/format';
import { isTransport, TRANSPORT_WORDS, type Transport } from '../domain/ladder';
import { isPlaying } from '../domain/livePlayer';
import type { Live } from '../player/useLive';
import { useDevice } from '../stores/device';
import { Field, Select } from '../ui/field';
import { Card } from '../ui/surface';

const PHASES: Record<Live['player']['phase'], string> = {
  choosing: 'beginning',
  connecting: 'connecting',
  live: '',
  stale: 'no new pictures',
  waiting: 'trying again soon',
  pictures: '',
};

// From when a picture was taken to when this browser showed it.
function delayText(takenAt: number | null, shownAt: number | null): string {
  if (takenAt === null || shownAt === null) return UNKNOWN;
  const seconds = Math.max(0, shownAt - takenAt) / 1000;
  return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

// What the camera sends, and what becomes of it on the way.
function soundText(own: string, comes: string | undefined): string {
  if (comes === undefined) return 'none';
  return own === '' || own === comes ? codec(comes) : `${codec(own)}, as ${codec(comes)}`;
}

function rowsOf(live: Live): [string, string][] {
  const { player, step } = live;
  const moving = isPlaying(player) && step !== undefined;
  const stream = live.streams.find(({ name }) => name === (moving ? step.stream : live.streams[0]?.name));
  const words = TRANSPORT_WORDS[moving ? step.transport : 'pictures'];
  const rows: [string, string][] = [
    ['Comes by', [words, PHASES[player.phase]].filter((part) => part !== '').join(', ')],
    ['Delay', player.phase === 'live' ? delayText(live.takenAt, live.shownAt) : UNKNOWN],
  ];
  if (stream === undefined) return rows;
  const sound = moving ? stream.sounds[step.transport] : undefined;
  rows.push(
    ['Stream', [stream.name, size(stream.width, stream.height)].join(', ')],
    ['Codec', stream.codecs === '' ? codec(stream.codec) : stream.codecs],
    ['B-frames', stream.codec === '' ? UNKNOWN : stream.b_frames ? 'yes' : 'none'],
    ['Key frames', known(stream.gop_seconds) ? `every ${stream.gop_seconds.toFixed(1)} s` : UNKNOWN],
    ['Rate', `${fps(stream.fps)}, ${bitRate(stream.bits_per_second)}`],
    ['Sound', soundText(stream.sound, sound)],
    ['Left out', live.skipped === 0 ? 'nothing' : `${live.skipped} pictures`],
  );
  return rows;
}

// Which way the pictures come, how late they are, what the stream is, and why it is not a better way. A way can be pinned.
export function Playback({ camera, live }: { camera: Camera; live: Live | null }) {
  const pinned = useDevice((state) => state.transport);
  const pin = useDevice((state) => state.setTransport);
  const why = live === null ? [] : [...live.missing, ...live.player.reasons.map((reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`)];
  return (
    <Card className="p-3" aria-label="Playback">
      <h2 className="pb-2 font-semibold">Playback</h2>
      {live !== null && camera.enabled && (
        <dl className="figures grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 pb-3">
          {rowsOf(live).map(([term, value]) => (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="min-w-0 text-right break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {why.length > 0 && camera.enabled && (
        <div className="pb-3">
          <h3 className="text-muted">Why not another way</h3>
          <ul className="list-disc pl-5 text-meta">
            {why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </div>
      )}
      <Field label="Play by" hint="In this browser, for every camera.">
        {(control) => (
          <Select {...control} value={pinned ?? 'auto'} onChange={({ target }) => pin(isTransport(target.value) ? target.value : null)}>
            <option value="auto">the best way there is</option>
            {(Object.keys(TRANSPORT_WORDS) as Transport[]).map((transport) => (
              <option key={transport} value={transport}>
                {TRANSPORT_WORDS[transport]} only
              </option>
            ))}
          </Select>
        )}
      </Field>
    </Card>
  );
}
