import { useState } from 'react';
import { getCamera } from '../../api/cameras';
import { useToasts } from '../../stores/toasts';
import { Button } from '../../ui/button';
import { Alert } from '../../ui/surface';

interface ConflictProps {
  id: string;
  // With the version that the server has now; saving again overwrites it.
  onKeepMine: (version: number) => void;
  onTakeTheirs: () => void;
}

export function Conflict({ id, onKeepMine, onTakeTheirs }: ConflictProps) {
  const [busy, setBusy] = useState(false);
  const show = useToasts((state) => state.show);
  const keep = async () => {
    setBusy(true);
    const theirs = await getCamera(id);
    setBusy(false);
    if (theirs.kind === 'ok') onKeepMine(theirs.data.version);
    else show('danger', "Couldn't read the camera. Try again in a moment.");
  };
  return (
    <Alert
      tone="warn"
      role="alert"
      title="Somebody else changed this camera meanwhile."
      action={
        <div className="flex flex-wrap gap-2">
          <Button size="small" busy={busy} onClick={() => void keep()}>
            Keep mine
          </Button>
          <Button size="small" onClick={onTakeTheirs}>
            Take theirs
          </Button>
        </div>
      }
    >
      Nothing was saved. Keep your changes and save again, or take the other version and lose yours.
    </Alert>
  );
}
