import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { bytes } from '../domain/format';
import { JOB_STATES, type JobState } from '../domain/job';
import { useJobNews } from '../queries/jobNews';
import { useArrivals, useAssetUsage, useJobs } from '../queries/uploads';
import { isAdministrator, useSession } from '../stores/session';
import { useTransfers } from '../stores/transfers';
import { Button } from '../ui/button';
import { Listing } from '../ui/Listing';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { DropArea } from './DropArea';
import { FileList } from './FileList';
import { JobRow } from './JobRow';
import { KeptDialog } from './KeptDialog';
import { TransferList } from './TransferList';
import { Unfinished } from './Unfinished';

type View = 'files' | 'jobs';
const VIEWS = [
  { value: 'files', label: 'Files' },
  { value: 'jobs', label: 'Jobs' },
] as const;

// Videos that people hand in, and what the server does with them.
export default function UploadsPage() {
  const [params, setParams] = useSearchParams();
  const view: View = params.get('view') === 'jobs' ? 'jobs' : 'files';
  const usage = useAssetUsage().data;
  const add = useTransfers((state) => state.add);
  const administrator = useSession((state) => isAdministrator(state.user));
  const [kept, setKept] = useState(false);
  useArrivals();
  useJobNews();
  const quota = usage?.quota_bytes ?? null;
  const limits = {
    fileBytes: usage?.max_file_bytes ?? null,
    seconds: usage?.max_duration_s ?? null,
    freeBytes: usage === undefined || quota === null ? null : quota - usage.bytes - usage.reserved_bytes,
  };
  const onFiles = (files: File[]) => void add(files, limits);
  return (
    <Page
      title="Uploads"
      lead="Hand in a video: it is kept safely, pictures are taken out of it, and people and things in it are found."
      actions={
        <>
          {usage !== undefined && (
            <span className="figures text-muted">
              {bytes(usage.bytes)}
              {quota === null ? ' used' : ` of ${bytes(quota)} used`}
            </span>
          )}
          {administrator && <Button onClick={() => setKept(true)}>How long they are kept</Button>}
        </>
      }
    >
      {administrator && <KeptDialog open={kept} onClose={() => setKept(false)} />}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <DropArea mostBytes={limits.fileBytes} onFiles={onFiles} />
        <Unfinished onFiles={onFiles} />
        <TransferList />
        <div>
          <ToggleGroup
            label="What is listed"
            value={view}
            options={VIEWS}
            onChange={(next) => setParams(next === 'jobs' ? { view: 'jobs' } : {}, { replace: true })}
            className="mb-3"
          />
          {view === 'files' ? <FileList /> : <JobList />}
        </div>
      </div>
    </Page>
  );
}

const STATE_WORDS: Record<JobState, string> = { queued: 'Waiting', processing: 'At work', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' };
const STATES = [{ value: 'all', label: 'All' }, ...JOB_STATES.map((value) => ({ value, label: STATE_WORDS[value] }))];

function JobList() {
  const [params, setParams] = useSearchParams();
  const state = JOB_STATES.find((one) => one === params.get('state'));
  const query = useJobs(state === undefined ? {} : { states: [state] });
  const jobs = query.data?.pages.flatMap((page) => page.jobs) ?? [];
  return (
    <>
      <ToggleGroup
        label="State"
        value={state ?? 'all'}
        options={STATES}
        onChange={(next) => setParams(next === 'all' ? { view: 'jobs' } : { view: 'jobs', state: next }, { replace: true })}
        className="mb-2 ml-2 max-w-full flex-wrap max-sm:ml-0"
      />
      <Listing what="the jobs" one="job" other="jobs" found={jobs.length} query={query} empty={<Empty>There is no such job.</Empty>}>
        <ul aria-label="Jobs" className="grid grid-cols-[minmax(0,1fr)] gap-2">
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} withFile />
          ))}
        </ul>
      </Listing>
    </>
  );
}
