import { CloudOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { clockTime } from '../../domain/format';
import { useNow } from '../../stores/clock';
import { useConnection } from '../../stores/connection';
import { Button } from '../../ui/button';

// A hiccup is not worth a word.
const QUIET_MS = 2000;

export function ConnectionBanner() {
  const awaySince = useConnection((state) => state.awaySince);
  const nextTryAt = useConnection((state) => state.nextTryAt);
  const tryNow = useConnection((state) => state.tryNow);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (awaySince === null) {
      setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), QUIET_MS - (Date.now() - awaySince));
    return () => clearTimeout(timer);
  }, [awaySince]);
  return (
    <div role="alert" className="sticky top-0 z-(--z-bar)">
      {shown && awaySince !== null && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b-2 border-danger bg-raised px-4 py-2">
          <CloudOff aria-hidden="true" className="size-5 shrink-0 text-danger" />
          <p className="figures mr-auto">
            No connection to the server since {clockTime(awaySince)}. <NextTry at={nextTryAt} />
          </p>
          <Button size="small" onClick={tryNow}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}

// Not spoken: a reader would say each second.
function NextTry({ at }: { at: number | null }) {
  const now = useNow();
  const left = at === null ? 0 : Math.ceil((at - now) / 1000);
  return <span aria-hidden="true">{left > 0 ? `Trying again in ${left} s.` : 'Trying again.'}</span>;
}
