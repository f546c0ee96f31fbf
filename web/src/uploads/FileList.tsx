import { Trash2 } from 'lucide-react';
import { useRef } from 'react';
import { Link } from 'react-router-dom';
import type { Asset, Job } from '../api/types';
import { bytes, moment } from '../domain/format';
import { isOver, jobState, kindText, progressText, reasonText } from '../domain/job';
import { videoText } from '../domain/video';
import { useAssets, useJobs, useThumbnail } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { useRemovals } from '../stores/removals';
import { Button } from '../ui/button';
import { Listing } from '../ui/Listing';
import { Progress } from '../ui/progress';
import { StatusBadge } from '../ui/status-badge';
import { Empty } from '../ui/surface';
import { useBlobUrl, useNear } from '../ui/useNear';
import { nameOf, useRemoval } from './removal';

// The one of a file's jobs that says most about it: what failed, what is at work, what waits, what was last done.
function telling(jobs: Job[]): Job | null {
  const newest = new Map<string, Job>();
  for (const job of jobs) if (!newest.has(job.kind)) newest.set(job.kind, job);
  const all = [...newest.values()];
  return all.find(({ state }) => state === 'failed') ?? all.find(({ state }) => state === 'processing') ?? all.find((job) => !isOver(job)) ?? all[0] ?? null;
}

export function FileList() {
  const query = useAssets();
  const jobs = useJobs({}).data?.pages.flatMap((page) => page.jobs) ?? [];
  const hidden = useRemovals((state) => state.hidden);
  const assets = (query.data?.pages.flatMap((page) => page.assets) ?? []).filter(({ id }) => !hidden.has(id));
  return (
    <Listing what="the files" one="file" other="files" found={assets.length} query={query} empty={<Empty>No video was handed in yet.</Empty>}>
      <ul aria-label="Files" className="grid grid-cols-[minmax(0,1fr)] gap-2">
        {assets.map((asset) => (
          <FileRow key={asset.id} asset={asset} job={telling(jobs.filter((job) => job.asset_id === asset.id))} />
        ))}
      </ul>
    </Listing>
  );
}

function FileRow({ asset, job }: { asset: Asset; job: Job | null }) {
  const now = useNow();
  const remove = useRemoval();
  const name = nameOf(asset);
  const state = job === null ? null : jobState(job);
  // What is wrong with the file itself is said, whatever became of its jobs.
  const reason = asset.fault?.detail ?? (job === null ? '' : reasonText(job));
  return (
    <li className="grid min-w-0 grid-cols-[auto_minmax(0,1fr)] gap-3 rounded-card border border-border bg-surface p-3">
      <Thumbnail asset={asset} />
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link to={`/uploads/${asset.id}`} className="min-w-0 truncate font-medium text-accent underline underline-offset-2 coarse:leading-11">
          {name}
        </Link>
        {state !== null && <StatusBadge tone={state.tone} word={state.word} />}
        {asset.held && <StatusBadge tone="info" word="Held" />}
        <Button size="small" variant="ghost" className="ml-auto" disabled={asset.held} aria-label={`Delete ${name}`} onClick={() => remove(asset)}>
          <Trash2 aria-hidden="true" />
        </Button>
      </div>
      {job?.state === 'processing' && <Progress value={job.progress} label={`${name}: ${kindText(job.kind)}`} />}
      <p className="figures text-meta text-muted">
        {[videoText(asset.video), bytes(asset.size), asset.media_type.replace('video/', '').toUpperCase(), moment(asset.created_at, now), asset.kept_until === null ? '' : `kept until ${moment(asset.kept_until, now)}`, job === null ? '' : progressText(job)]
          .filter((part) => part !== '')
          .join(', ')}
      </p>
      {reason !== '' && <p className={asset.fault !== null || job?.state === 'failed' ? 'text-danger' : 'text-warn'}>{reason}</p>}
      </div>
    </li>
  );
}

// Beside its name, which says what it is.
function Thumbnail({ asset }: { asset: Asset }) {
  const box = useRef<HTMLSpanElement>(null);
  const picture = useThumbnail(asset, useNear(box));
  const url = useBlobUrl(picture.data);
  return (
    <span ref={box} className="grid aspect-video w-28 shrink-0 place-items-center self-start overflow-hidden rounded-picture bg-well max-sm:w-20">
      {url !== null && <img src={url} alt="" decoding="async" className="size-full object-cover" />}
    </span>
  );
}
