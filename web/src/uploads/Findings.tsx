import { useState } from 'react';
import { outputPicture } from '../api/uploads';
import type { AssetAnalysis, AssetTrack } from '../api/types';
import { count, percent, plural } from '../domain/format';
import { labelsText, videoTime } from '../domain/findings';
import { boxStyle } from '../domain/overlay';
import { useAssetTracks } from '../queries/findings';
import { Button } from '../ui/button';
import { Listing } from '../ui/Listing';
import { ToggleGroup } from '../ui/toggle-group';

interface FindingsProps {
  asset: string;
  analysis: AssetAnalysis;
  // Shows that moment of the video; null: there is no player.
  onMoment: ((ms: number) => void) | null;
}

const ALL = ' all';

// What was found in a video, and when.
export function Findings({ asset, analysis, onMoment }: FindingsProps) {
  const [label, setLabel] = useState(ALL);
  const tracks = useAssetTracks(asset, analysis.job_id, label === ALL ? [] : [label]);
  const found = tracks.data?.pages.flatMap((page) => page.tracks) ?? [];
  const labels = Object.keys(analysis.labels);
  return (
    <section aria-label="What was found" className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h2 className="text-section font-semibold">What was found</h2>
      <p className="text-muted">
        {analysis.tracks === 0 ? 'Nothing' : labelsText(analysis.labels)} in {plural(analysis.analysed, 'picture', 'pictures')}
        {analysis.model === '' ? '' : `, by ${analysis.model}`}
      </p>
      {analysis.problems.map((problem) => (
        <p key={problem} className="text-warn">
          {problem}
        </p>
      ))}
      {analysis.annotated && <SaveAnnotated job={analysis.job_id} />}
      {analysis.tracks > 0 && (
        <Listing
          what="what was found"
          one="object"
          other="objects"
          found={found.length}
          query={tracks}
          beside={
            labels.length > 1 && (
              <ToggleGroup label="Only" value={label} onChange={setLabel} options={[{ value: ALL, label: 'All' }, ...labels.map((each) => ({ value: each, label: each }))]} />
            )
          }
          empty={<p className="text-muted">Nothing of that kind.</p>}
        >
          <ul aria-label="Objects" className="grid max-h-96 grid-cols-[minmax(0,1fr)] gap-1 overflow-y-auto">
            {found.map((track) => (
              <Row key={track.number} track={track} onMoment={onMoment} />
            ))}
          </ul>
        </Listing>
      )}
    </section>
  );
}

function Row({ track, onMoment }: { track: AssetTrack; onMoment: ((ms: number) => void) | null }) {
  const name = `${track.label} ${count(track.number)}`;
  const when = `${videoTime(track.first_ms)} to ${videoTime(track.last_ms)}`;
  const known = [track.plate?.text ?? '', ...track.attributes.filter(({ name: what, value }) => what !== 'plate' && what !== 'plate_region' && value !== 'unknown').map(({ value }) => value)];
  const words = (
    <>
      <span aria-hidden="true" className="size-2.5 shrink-0 rounded-full border border-line-strong" style={{ background: boxStyle(track.label).colour }} />
      <span className="font-medium">{name}</span>
      <span className="figures text-muted">{when}</span>
      <span className="min-w-0 truncate">{known.filter((each) => each !== '').join(', ')}</span>
      <span className="figures ml-auto text-meta text-muted">{percent(track.best_score)}</span>
    </>
  );
  const looks = 'flex min-h-9 w-full min-w-0 items-center gap-2 rounded-card px-2 text-left coarse:min-h-11';
  return (
    <li>
      {onMoment === null ? (
        <div className={looks}>{words}</div>
      ) : (
        <button type="button" className={`${looks} hover:bg-hover`} onClick={() => onMoment(track.first_ms)}>
          <span className="sr-only">Show </span>
          {words}
        </button>
      )}
    </li>
  );
}

// It needs the sign-in, which a link cannot send.
function SaveAnnotated({ job }: { job: string }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const save = async () => {
    setBusy(true);
    const answer = await outputPicture(job, 'annotated.mp4');
    setBusy(false);
    setFailed(answer.kind !== 'ok');
    if (answer.kind !== 'ok') return;
    const url = URL.createObjectURL(answer.data);
    const link = document.createElement('a');
    Object.assign(link, { href: url, download: 'annotated.mp4' });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <div>
      <Button size="small" busy={busy} busyLabel="Fetching" onClick={() => void save()}>
        Save the video with boxes
      </Button>
      {failed && <p className="text-danger">It could not be fetched. Try again.</p>}
    </div>
  );
}
