import { Download, Maximize } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { failureOf } from '../api/result';
import type { Asset, Job } from '../api/types';
import { momentFrom } from '../domain/findings';
import { isOver } from '../domain/job';
import { useAnalysis } from '../queries/findings';
import { useAssetLink, useJobs, useOutputLink } from '../queries/uploads';
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

const FILE = 'file';

// A player goes there by itself (Media Fragments).
const addressOf = (url: string, begin: number | null): string => (begin === null ? url : `${url}#t=${begin}`);

function Player({ asset, done }: { asset: Asset; done: Job | undefined }) {
  const link = useAssetLink(asset.id);
  const analysis = useAnalysis(asset.id, done?.id);
  const player = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [params] = useSearchParams();
  const begin = momentFrom(params);
  const [broken, setBroken] = useState<readonly string[]>([]);
  // Where the browser does not know the file's codec it knows that of the video with the boxes, which was made here.
  const drawn = broken.includes(FILE) && analysis.data?.annotated === true && !broken.includes(analysis.data.job_id) ? analysis.data.job_id : null;
  const drawnLink = useOutputLink(drawn, 'annotated.mp4');
  const shown = drawn ?? FILE;
  const url = link.data?.url;
  const found = drawn === null ? url : drawnLink.data?.url;
  // The first link stays with the player, which would begin anew with another one.
  const [playing, setPlaying] = useState<{ what: string; url: string } | null>(null);
  if (found !== undefined && playing?.what !== shown) setPlaying({ what: shown, url: found });
  const nothing = broken.includes(shown) || drawnLink.error !== null;
  if (link.error !== null) return <FailureAlert what="Couldn't open the video." failure={failureOf(link.error)} onRetry={() => void link.refetch()} />;
  const large = analysis.data !== undefined && !nothing && document.fullscreenEnabled;
  const show = (ms: number) => {
    if (player.current === null) return;
    player.current.currentTime = ms / 1000;
    player.current.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <section aria-label="The video" className="grid gap-2">
        {nothing ? (
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
              src={playing?.what === shown ? addressOf(playing.url, begin) : undefined}
              onError={() => setBroken((before) => [...before, shown])}
              className="size-full rounded-picture bg-well"
            />
            {analysis.data !== undefined && drawn === null && <FoundBoxes asset={asset.id} analysis={analysis.data} video={player} />}
          </div>
        )}
        {drawn !== null && !nothing && (
          <p role="status" className="text-muted">
            This browser does not play the file itself. What you see is the video with the boxes drawn upon it; “Save” has the file as it was handed in.
          </p>
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
      {analysis.data !== undefined && <Findings key={analysis.data.job_id} asset={asset.id} analysis={analysis.data} onMoment={nothing ? null : show} />}
      {analysis.error !== null && <FailureAlert what="Couldn't load what was found." failure={failureOf(analysis.error)} onRetry={() => void analysis.refetch()} />}
    </>
  );
}
