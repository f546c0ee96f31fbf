import { useEffect, useRef, useState } from 'react';
import { failureOf } from '../api/result';
import type { Job, JobOutput } from '../api/types';
import { duration, plural } from '../domain/format';
import { kindText } from '../domain/job';
import { useOutputPicture, useOutputs } from '../queries/uploads';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useBlobUrl, useNear } from '../ui/useNear';

// What is said of a picture: the second of the video that it shows.
function caption(output: JobOutput): string {
  const facts = typeof output.facts === 'object' && output.facts !== null ? (output.facts as Record<string, unknown>) : {};
  return typeof facts.time_ms === 'number' ? duration(facts.time_ms / 1000) : output.name;
}

// The pictures that a job made; each is asked for when somebody comes near it.
export function Gallery({ job }: { job: Job }) {
  const query = useOutputs(job.id);
  const [open, setOpen] = useState<number | null>(null);
  const pictures = (query.data?.pages.flatMap((page) => page.outputs) ?? []).filter(({ media_type: type }) => type.startsWith('image/'));
  const last = pictures.length - 1;
  useEffect(() => {
    if (open === null) return undefined;
    const turned = ({ key }: KeyboardEvent) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) setOpen(Math.min(last, Math.max(0, open + step)));
    };
    document.addEventListener('keydown', turned);
    return () => document.removeEventListener('keydown', turned);
  }, [last, open]);
  if (query.error !== null) return <FailureAlert what="Couldn't load the pictures." failure={failureOf(query.error)} onRetry={() => void query.refetch()} />;
  if (pictures.length === 0) return null;
  const shown = open === null ? undefined : pictures[open];
  return (
    <section aria-label={kindText(job.kind)} className="grid gap-2">
      <h2 className="text-section font-semibold">{kindText(job.kind)}</h2>
      <p role="status" className="text-muted">
        {plural(pictures.length, 'picture', 'pictures')}
        {query.hasNextPage && ', and more'}
      </p>
      <ul aria-label={`Pictures of ${kindText(job.kind)}`} className="grid grid-cols-[repeat(auto-fill,minmax(160px,1fr))] gap-2">
        {pictures.map((output, i) => (
          <Thumb key={output.name} job={job} output={output} onOpen={() => setOpen(i)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="grid justify-items-center">
          <Button busy={query.isFetchingNextPage} busyLabel="Loading" onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
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

function Thumb({ job, output, onOpen }: { job: Job; output: JobOutput; onOpen: () => void }) {
  const box = useRef<HTMLLIElement>(null);
  const picture = useOutputPicture(job.id, output.name, useNear(box));
  const url = useBlobUrl(picture.data);
  return (
    <li ref={box} className="min-w-0">
      <button type="button" aria-label={`${output.name}, ${caption(output)}`} onClick={onOpen} className="grid w-full gap-1 rounded-card border border-border bg-surface p-1 hover:bg-hover">
        <span className="grid aspect-video w-full place-items-center overflow-hidden rounded-picture bg-well">
          {url !== null && <img src={url} alt="" decoding="async" loading="lazy" className="size-full object-contain" />}
          {picture.isError && <span className="text-meta text-muted">No picture</span>}
        </span>
        <span className="figures text-meta text-muted">{caption(output)}</span>
      </button>
    </li>
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
