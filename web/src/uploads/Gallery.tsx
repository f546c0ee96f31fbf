import { useCallback, useEffect, useMemo, useState } from 'react';
import { failureOf } from '../api/result';
import type { Job, JobOutput } from '../api/types';
import { duration, moment, plural } from '../domain/format';
import { kindText } from '../domain/job';
import { useOutputPicture, useOutputs } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useBlobUrl } from '../ui/useNear';
import { type GridButton, VirtualGrid } from '../ui/VirtualGrid';

const member = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined);

// What is said of a picture: the second of the video that it shows.
function caption(output: JobOutput): string {
  const time = member(output.facts, 'time_ms');
  return typeof time === 'number' ? duration(time / 1000) : output.name;
}

// The pictures that a job made; each is asked for when somebody comes near it.
export function Gallery({ job }: { job: Job }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useOutputs(job.id);
  const [open, setOpen] = useState<number | null>(null);
  const now = useNow();
  const pictures = useMemo(() => (data?.pages.flatMap((page) => page.outputs) ?? []).filter(({ media_type: type }) => type.startsWith('image/')), [data]);
  const last = pictures.length - 1;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && error === null) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  useEffect(() => {
    if (open === null) return undefined;
    const turned = ({ key }: KeyboardEvent) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) setOpen(Math.min(last, Math.max(0, open + step)));
    };
    document.addEventListener('keydown', turned);
    return () => document.removeEventListener('keydown', turned);
  }, [last, open]);
  // Whoever leafs through them does not stop at the end of a page.
  useEffect(() => {
    if (open !== null && open >= last - 10) more();
  }, [open, last, more]);
  if (error !== null && pictures.length === 0) return <FailureAlert what="Couldn't load the pictures." failure={failureOf(error)} onRetry={() => void refetch()} />;
  if (pictures.length === 0) return null;
  const shown = open === null ? undefined : pictures[open];
  const until = data?.pages[0]?.kept_until ?? null;
  // The job counted its frames; thumbnails are some more.
  const counted = member(job.result, 'pictures');
  const total = hasNextPage ? Math.max(pictures.length + 1, typeof counted === 'number' ? counted : 0) : pictures.length;
  return (
    <section aria-label={kindText(job.kind)} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h2 className="text-section font-semibold">{kindText(job.kind)}</h2>
      <p role="status" className="text-muted">
        {hasNextPage && typeof counted !== 'number' ? `${plural(pictures.length, 'picture', 'pictures')}, and more` : plural(total, 'picture', 'pictures')}
        {until === null ? '' : `, kept until ${moment(until, now)}`}
      </p>
      <VirtualGrid
        label={`Pictures of ${kindText(job.kind)}`}
        count={pictures.length}
        total={total}
        keyOf={(i) => pictures[i]?.name ?? String(i)}
        onEnd={more}
        render={(i, button) => {
          const output = pictures[i];
          return output === undefined ? null : <Thumb job={job} output={output} button={button} onOpen={() => setOpen(i)} />;
        }}
      />
      {error !== null && <FailureAlert what="Couldn't load more pictures." failure={failureOf(error)} onRetry={() => void fetchNextPage()} />}
      <Dialog open={shown !== undefined} onOpenChange={() => setOpen(null)} title={shown?.name ?? ''}>
        {shown !== undefined && (
          <div className="grid gap-2">
            <Large job={job} output={shown} />
            <div className="flex items-center justify-between gap-2">
              <Button onClick={() => setOpen((open ?? 0) - 1)} disabled={open === 0}>
                Before
              </Button>
              <span className="figures text-muted">{caption(shown)}</span>
              <Button onClick={() => setOpen((open ?? 0) + 1)} disabled={open === last}>
                Next
              </Button>
            </div>
          </div>
        )}
      </Dialog>
    </section>
  );
}

interface ThumbProps {
  job: Job;
  output: JobOutput;
  button: GridButton;
  onOpen: () => void;
}

function Thumb({ job, output, button, onOpen }: ThumbProps) {
  const picture = useOutputPicture(job.id, output.name, true);
  const url = useBlobUrl(picture.data);
  return (
    <button
      type="button"
      {...button}
      aria-label={`${output.name}, ${caption(output)}`}
      onClick={onOpen}
      className="grid size-full grid-rows-[minmax(0,1fr)_auto] gap-1 rounded-card border border-border bg-surface p-1 hover:bg-hover"
    >
      <span className="grid min-h-0 w-full place-items-center overflow-hidden rounded-picture bg-well">
        {url !== null && <img src={url} alt="" decoding="async" className="size-full min-h-0 object-contain" />}
        {picture.isError && <span className="text-meta text-muted">No picture</span>}
      </span>
      <span className="figures text-meta text-muted">{caption(output)}</span>
    </button>
  );
}

function Large({ job, output }: { job: Job; output: JobOutput }) {
  const picture = useOutputPicture(job.id, output.name, true);
  const url = useBlobUrl(picture.data);
  return (
    <span className="grid aspect-video w-full place-items-center overflow-hidden rounded-picture bg-well">
      {url !== null && <img src={url} alt={output.name} className="size-full object-contain" />}
    </span>
  );
}
