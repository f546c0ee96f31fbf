import { Download } from 'lucide-react';
import { useState } from 'react';
import { failureOf } from '../api/result';
import type { Asset } from '../api/types';
import { useAssetLink } from '../queries/uploads';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { nameOf } from './removal';

// The file as it was handed in, where the browser can play it; to be saved in any case.
export function AssetVideo({ asset }: { asset: Asset }) {
  const link = useAssetLink(asset.id);
  // The first link stays with the player, which would begin anew with another one.
  const [playing, setPlaying] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const url = link.data?.url;
  if (playing === null && url !== undefined) setPlaying(url);
  if (link.error !== null) return <FailureAlert what="Couldn't open the video." failure={failureOf(link.error)} onRetry={() => void link.refetch()} />;
  return (
    <section aria-label="The video" className="grid gap-2">
      {broken ? (
        <p className="text-muted">This browser does not play this file. Save it to look at it.</p>
      ) : (
        // Nobody wrote captions for a surveillance video.
        <video controls preload="metadata" playsInline aria-label={nameOf(asset)} src={playing ?? undefined} onError={() => setBroken(true)} className="aspect-video w-full max-w-240 rounded-picture bg-well" />
      )}
      <div>
        <Button asChild size="small">
          <a href={url} download={asset.name === '' ? true : asset.name}>
            <Download aria-hidden="true" />
            Save
          </a>
        </Button>
      </div>
    </section>
  );
}
