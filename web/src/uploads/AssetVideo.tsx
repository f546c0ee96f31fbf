import { Download, Maximize } from 'lucide-react';
import { useRef, useState } from 'react';
import { failureOf } from '../api/result';
import type { Asset, Job } from '../api/types';
import { isOver } from '../domain/job';
import { useAnalysis } from '../queries/findings';
import { useAssetLink, useJobs } from '../queries/uploads';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { AnalyseAsset } from './AnalyseAsset';
import { Findings } from './Findings';
import { FoundBoxes } from './FoundBoxes';
import { nameOf } from './removal';

// The file as it was handed in, where the browser can play it, with what was found in it; to be saved in any case.
export function AssetVideo({ asset }: { asset: Asset }) {
  const jobs = useJobs({ asset: asset.id });
  const analyses = jobs.data?.pages.flatMap((page) => page.jobs).filter(({ kind }) => kind === 'analyse') ?? [];
  const done = analyses.find((job) => job.state === 'done' && job.replaced_by === null && job.cleared_at === null);
  return (
    <>
      <Player asset={asset} done={done} />
      {!jobs.isPending && asset.fault === null && analyses.every(isOver) && <AnalyseAsset asset={asset.id} again={done !== undefined} />}
    </>
  );
}

function Player({ asset, done }: { asset: Asset; done: Job | undefined }) {
  const link = useAssetLink(asset.id);
  const analysis = useAnalysis(asset.id, done?.id);
  const player = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  // The first link stays with the player, which would begin anew with another one.
  const [playing, setPlaying] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const url = link.data?.url;
  if (playing === null && url !== undefined) setPlaying(url);
  if (link.error !== null) return <FailureAlert what="Couldn't open the video." failure={failureOf(link.error)} onRetry={() => void link.refetch()} />;
  const large = analysis.data !== undefined && !broken && document.fullscreenEnabled;
  const show = (ms: number) => {
    if (player.current === null) return;
    player.current.currentTime = ms / 1000;
    player.current.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <section aria-label="The video" className="grid gap-2">
        {broken ? (
          <p className="text-muted">This browser does not play this file. Save it to look at it.</p>
        ) : (
          <div ref={stage} className="relative aspect-video w-full max-w-240">
            {/* Nobody wrote captions for a surveillance video. */}
            <video
              ref={player}
              controls
              // The player's own would leave the boxes behind.
              controlsList={large ? 'nofullscreen' : undefined}
              preload="metadata"
              playsInline
              aria-label={nameOf(asset)}
              src={playing ?? undefined}
              onError={() => setBroken(true)}
              className="size-full rounded-picture bg-well"
            />
            {analysis.data !== undefined && <FoundBoxes asset={asset.id} analysis={analysis.data} video={player} />}
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          {large && (
            <Button size="small" onClick={() => void stage.current?.requestFullscreen().catch(() => undefined)}>
              <Maximize aria-hidden="true" />
              Full screen
            </Button>
          )}
          <Button asChild size="small">
            <a href={url} download={asset.name === '' ? true : asset.name}>
              <Download aria-hidden="true" />
              Save
            </a>
          </Button>
        </div>
      </section>
      {analysis.data !== undefined && <Findings key={analysis.data.job_id} asset={asset.id} analysis={analysis.data} onMoment={broken ? null : show} />}
      {analysis.error !== null && <FailureAlert what="Couldn't load what was found." failure={failureOf(analysis.error)} onRetry={() => void analysis.refetch()} />}
    </>
  );
}
