import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Asset } from '../api/types';
import { bytes, duration, moment, UNKNOWN } from '../domain/format';
import { pictureText, soundText } from '../domain/video';
import { useJobNews } from '../queries/jobNews';
import { useAsset, useHoldAsset, useJobs, useTakePictures } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { useRemovals } from '../stores/removals';
import { isAdministrator, useSession } from '../stores/session';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Page } from '../ui/page';
import { Alert, Card, Empty } from '../ui/surface';
import { AssetVideo } from './AssetVideo';
import { Gallery } from './Gallery';
import { JobRow } from './JobRow';
import { nameOf, useRemoval } from './removal';

// One file: what it is, and what was done with it.
export default function AssetPage() {
  const { id = '' } = useParams();
  const query = useAsset(id);
  const hidden = useRemovals((state) => state.hidden);
  const asset = query.data;
  const back = (
    <Button asChild variant="ghost" size="small">
      <Link to="/uploads">
        <ArrowLeft aria-hidden="true" />
        Uploads
      </Link>
    </Button>
  );
  if (hidden.has(id)) {
    return (
      <Page title="Deleted" actions={back}>
        <Empty>This file is deleted.</Empty>
      </Page>
    );
  }
  if (query.error !== null) {
    const failure = failureOf(query.error);
    return (
      <Page title="File" actions={back}>
        {failure.kind === 'problem' && failure.status === 404 ? (
          <Empty>There is no such file, or it belongs to somebody else.</Empty>
        ) : (
          <FailureAlert what="Couldn't load the file." failure={failure} onRetry={() => void query.refetch()} />
        )}
      </Page>
    );
  }
  if (asset === undefined) return <p className="animate-[appear_0s_400ms_both] text-muted">Loading the file</p>;
  return <Known key={asset.id} asset={asset} back={back} />;
}

function Known({ asset, back }: { asset: Asset; back: ReactNode }) {
  useJobNews();
  const now = useNow();
  const navigate = useNavigate();
  const remove = useRemoval();
  const hold = useHoldAsset();
  const take = useTakePictures();
  const administrator = isAdministrator(useSession((state) => state.user));
  const jobs = useJobs({ asset: asset.id });
  const found = jobs.data?.pages.flatMap((page) => page.jobs) ?? [];
  return (
    <Page
      title={nameOf(asset)}
      actions={
        <>
          {back}
          {administrator && (
            <Button busy={hold.isPending} onClick={() => hold.mutate({ id: asset.id, held: !asset.held })}>
              {asset.held ? 'Let go' : 'Hold'}
            </Button>
          )}
          <Button
            variant="danger"
            disabled={asset.held}
            onClick={() => {
              remove(asset);
              navigate('/uploads');
            }}
          >
            Delete
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {asset.held && <Alert tone="info" title="This file is held">Nobody can delete it until an administrator lets it go.</Alert>}
        {hold.error !== null && <FailureAlert what="That did not work." failure={failureOf(hold.error)} />}
        {asset.fault !== null && (
          <Alert tone="danger" title="This file cannot be used">
            {asset.fault.detail}
          </Alert>
        )}
        <AssetVideo key={asset.id} asset={asset} />
        <Card aria-label="About the file">
          <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_minmax(0,1fr)]">
            <Fact name="Size">{bytes(asset.size)}</Fact>
            <Fact name="Kind">{asset.media_type}</Fact>
            {asset.video !== null && (
              <>
                <Fact name="Length">{asset.video.duration_ms === undefined ? UNKNOWN : duration(asset.video.duration_ms / 1000)}</Fact>
                <Fact name="Picture">{pictureText(asset.video)}</Fact>
                <Fact name="Sound">{soundText(asset.video)}</Fact>
                {asset.video.created_at !== undefined && <Fact name="Recorded">{moment(asset.video.created_at, now)}</Fact>}
                {Object.entries(asset.video.tags ?? {}).map(([name, text]) => (
                  <Fact key={name} name={name}>
                    <span className="break-words">{text}</span>
                  </Fact>
                ))}
              </>
            )}
            <Fact name="Handed in">{moment(asset.created_at, now)}</Fact>
            {asset.kept_until !== null && <Fact name="Kept until">{moment(asset.kept_until, now)}, with everything made of it</Fact>}
            <Fact name="SHA-256">
              <span className="mono break-all">{asset.sha256}</span>
            </Fact>
          </dl>
        </Card>
        {found
          .filter((job) => job.state === 'done' && job.replaced_by === null && job.cleared_at === null)
          .filter(({ kind }, i, all) => all.findIndex((other) => other.kind === kind) === i)
          .map((job) => (
            <Gallery key={job.id} job={job} />
          ))}
        <section aria-label="What is done with it" className="grid grid-cols-[minmax(0,1fr)] gap-2">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <h2 className="text-section font-semibold">Jobs</h2>
            {!jobs.isPending && asset.fault === null && !found.some((job) => job.kind === 'extract' && job.cleared_at === null && job.state !== 'failed' && job.state !== 'cancelled') && (
              <Button busy={take.isPending} onClick={() => take.mutate(asset.id)}>
                Take pictures out
              </Button>
            )}
          </div>
          {take.error !== null && <FailureAlert what="That did not work." failure={failureOf(take.error)} />}
          {jobs.error !== null && <FailureAlert what="Couldn't load the jobs." failure={failureOf(jobs.error)} onRetry={() => void jobs.refetch()} />}
          {found.length === 0 && !jobs.isPending && <p className="text-muted">Nothing was done with it.</p>}
          <ul aria-label="Jobs" className="grid grid-cols-[minmax(0,1fr)] gap-2">
            {found.map((job) => (
              <JobRow key={job.id} job={job} withFile={false} />
            ))}
          </ul>
        </section>
      </div>
    </Page>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
