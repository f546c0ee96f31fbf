import { useState } from 'react';
import { failureOf } from '../api/result';
import { useAnalyse } from '../queries/findings';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';
import { Switch } from '../ui/switch';

interface AnalyseAssetProps {
  asset: string;
  // It was analysed before.
  again: boolean;
}

// Has people and things looked for in a video.
export function AnalyseAsset({ asset, again }: AnalyseAssetProps) {
  const analyse = useAnalyse();
  const [annotate, setAnnotate] = useState(false);
  return (
    <section aria-label="Find objects" className="grid max-w-160 gap-2">
      <Switch label="Draw a video, too" hint="A copy with boxes and names drawn upon it, to be saved. Takes longer, and room." checked={annotate} onChange={setAnnotate} />
      <div>
        <Button busy={analyse.isPending} onClick={() => analyse.mutate({ id: asset, annotate })}>
          {again ? 'Find objects again' : 'Find objects'}
        </Button>
      </div>
      {analyse.error !== null && <FailureAlert what="That did not work." failure={failureOf(analyse.error)} />}
    </section>
  );
}
