import type { Camera, StreamFigures } from '../api/types';
import { bitRate, bytes, clockTime, codec, count, duration, fps, known, size, since, toMillis, UNKNOWN } from '../domain/format';
import { reasonText } from '../domain/reasons';
import { sourceName } from '../domain/source';
import { useCameraStatus } from '../queries/cameras';
import { WaitFor } from '../queries/WaitFor';
import { useNow } from '../stores/clock';
import { Card } from '../ui/surface';

// What the server measures at this camera, one list for each of its streams.
export function Figures({ camera }: { camera: Camera }) {
  const status = useCameraStatus(camera.id);
  return (
    <WaitFor query={status} what="the figures">
      {(data) => data.streams.map((stream) => <StreamCard key={stream.name} stream={stream} source={sourceName(camera.source_type)} only={data.streams.length === 1} />)}
    </WaitFor>
  );
}

function StreamCard({ stream, source, only }: { stream: StreamFigures; source: string; only: boolean }) {
  const now = useNow();
  const failures = Object.entries(stream.failures).filter(([, times]) => (times ?? 0) > 0);
  const nextTry = toMillis(stream.next_try_at);
  const rows: [string, string][] = [
    ['Picture', known(stream.width) ? `${size(stream.width, stream.height)}, ${fps(stream.fps)}` : UNKNOWN],
    ['Codec', [codec(stream.codec), stream.audio_codec === '' ? '' : codec(stream.audio_codec)].filter((part) => part !== '').join(' + ')],
    ['Source', [source, stream.transport.toUpperCase()].filter((part) => part !== '').join(' over ')],
    ['Bit rate', bitRate(stream.bits_per_second)],
    ['Key frames', known(stream.gop_seconds) ? `every ${stream.gop_seconds.toFixed(1)} s` : UNKNOWN],
    ['Clock drift', Math.abs(stream.clock_skew_seconds) >= 0.05 ? `${stream.clock_skew_seconds.toFixed(1)} s` : 'none'],
    ['Received', bytes(stream.bytes)],
    ['Connected', stream.connected_since === null ? 'no' : since(stream.connected_since, now)],
    ['Connections', count(stream.connects)],
    ['Readers', count(stream.readers)],
  ];
  if (nextTry !== null && nextTry > now) rows.push(['Next try', `${clockTime(nextTry)} (in ${duration((nextTry - now) / 1000)})`]);
  return (
    <Card className="p-3">
      <h2 className="pb-2 font-semibold">{only ? 'Stream' : `Stream ${stream.name}`}</h2>
      <dl className="figures grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        {rows.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {failures.length > 0 && (
        <>
          <h3 className="pt-3 text-muted">Lost connections and failed tries</h3>
          <ul className="figures">
            {failures.map(([reason, times]) => (
              <li key={reason} className="flex justify-between gap-3">
                <span>{reasonText(reason).short}</span>
                <span>{count(times ?? 0)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
