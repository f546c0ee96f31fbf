import { useState } from 'react';
import { Link } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Job } from '../api/types';
import { moment } from '../domain/format';
import { isOver, jobState, kindText, progressText, reasonText } from '../domain/job';
import { useAsset, useJobLog, useOrderJob } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Progress } from '../ui/progress';
import { StatusBadge } from '../ui/status-badge';
import { Deliveries } from './Deliveries';

interface JobRowProps {
  job: Job;
  // On the page of the file itself its name says nothing.
  withFile: boolean;
}

export function JobRow({ job, withFile }: JobRowProps) {
  const now = useNow();
  const order = useOrderJob();
  const [details, setDetails] = useState(false);
  const state = jobState(job);
  const what = kindText(job.kind);
  const give = (name: 'cancel' | 'pause' | 'resume' | 'retry', label: string) => (
    <Button size="small" aria-label={`${label}: ${what}`} busy={order.isPending} onClick={() => order.mutate({ id: job.id, order: name })}>
      {label}
    </Button>
  );
  const reason = reasonText(job);
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5 rounded-card border border-border bg-surface p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{what}</span>
        {withFile && <FileName id={job.asset_id} />}
        <StatusBadge tone={state.tone} word={state.word} />
        <span className="ml-auto flex flex-wrap gap-1">
          {!isOver(job) && !job.cancelling && (job.paused ? give('resume', 'Resume') : give('pause', 'Pause'))}
          {!isOver(job) && !job.cancelling && give('cancel', 'Cancel')}
          {(job.state === 'failed' || job.state === 'cancelled') && give('retry', 'Retry')}
          <Button size="small" variant="ghost" aria-expanded={details} aria-label={`Details: ${what}`} onClick={() => setDetails(!details)}>
            Details
          </Button>
        </span>
      </div>
      {job.state === 'processing' && <Progress value={job.progress} label={`${what}, done`} />}
      <p className="figures text-meta text-muted">
        {[
          progressText(job),
          job.attempt > 1 ? `attempt ${job.attempt} of ${job.max_attempts}` : '',
          job.retry_at === null ? '' : `again at ${moment(job.retry_at, now)}`,
          `since ${moment(job.finished_at ?? job.started_at ?? job.created_at, now)}`,
        ]
          .filter((part) => part !== '')
          .join(', ')}
      </p>
      {job.cleared_at !== null && <p className="text-muted">What it made was kept for long enough and is gone.</p>}
      {reason !== '' && <p className={job.state === 'failed' ? 'text-danger' : 'text-warn'}>{reason}</p>}
      {job.replaced_by !== null && <p className="text-muted">A later analysis of this video has replaced it.</p>}
      {order.error !== null && <FailureAlert what="That did not work." failure={failureOf(order.error)} />}
      {details && (
        <>
          <Log job={job} />
          <Deliveries job={job.id} />
        </>
      )}
    </li>
  );
}

function FileName({ id }: { id: string | null }) {
  const asset = useAsset(id);
  if (id === null) return null;
  if (asset.data === undefined) return <span className="text-muted">{asset.isError ? 'a file that is gone' : ''}</span>;
  return (
    <Link to={`/uploads/${id}`} className="min-w-0 truncate text-accent underline underline-offset-2 coarse:leading-11">
      {asset.data.name === '' ? 'without a name' : asset.data.name}
    </Link>
  );
}

const EVENTS: Record<string, string> = {
  'job.queued': 'Queued',
  'job.processing': 'Begun',
  'job.done': 'Done',
  'job.failed': 'Failed',
  'job.cancelled': 'Cancelled',
  'job.retry': 'Failed, tries again',
  'job.released': 'Laid down: the server stopped',
  'job.lost': 'Its worker was not heard of any more',
  'job.paused': 'Paused',
  'job.resumed': 'Resumed',
  'job.stuck': 'Gets no further; the server was told',
  'job.waiting': 'Waits for long',
  'webhook.delivered': 'Somebody was told',
  'webhook.failed': 'Somebody could not be told, tries again',
  'webhook.given_up': 'Somebody is told nothing more',
  'webhook.replayed': 'Somebody is told again',
  'outputs.removed': 'What it made was removed',
};

// What happened, in order.
function Log({ job }: { job: Job }) {
  const now = useNow();
  const log = useJobLog(job.id, true);
  if (log.error !== null) return <FailureAlert what="Couldn't load what happened." failure={failureOf(log.error)} onRetry={() => void log.refetch()} />;
  return (
    <ol aria-label="What happened" className="grid gap-0.5 text-meta">
      {(log.data ?? []).map((event) => (
        <li key={event.sequence} className="flex flex-wrap gap-x-3">
          <time className="figures text-muted" dateTime={event.time}>
            {moment(event.time, now)}
          </time>
          <span>{EVENTS[event.type] ?? event.type}</span>
          {event.detail !== null && <span className="text-muted">{event.detail}</span>}
        </li>
      ))}
    </ol>
  );
}
