import { Trash2 } from 'lucide-react';
import { Link } from 'react-router-dom';
import type { Asset, Job } from '../api/types';
import { bytes, moment } from '../domain/format';
import { isOver, jobState, kindText, progressText, reasonText } from '../domain/job';
import { useAssets, useJobs } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { useRemovals } from '../stores/removals';
import { Button } from '../ui/button';
import { Listing } from '../ui/Listing';
import { Progress } from '../ui/progress';
import { StatusBadge } from '../ui/status-badge';
import { Empty } from '../ui/surface';
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
  const reason = job === null ? '' : reasonText(job);
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5 rounded-card border border-border bg-surface p-3">
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
        {[bytes(asset.size), asset.media_type.replace('video/', '').toUpperCase(), moment(asset.created_at, now), job === null ? '' : progressText(job)]
          .filter((part) => part !== '')
          .join(', ')}
      </p>
      {reason !== '' && <p className={job?.state === 'failed' ? 'text-danger' : 'text-warn'}>{reason}</p>}
    </li>
  );
}
