import { Copy } from 'lucide-react';
import { useState } from 'react';
import { createPushKey } from '../api/cameras';
import { pushCommand } from '../domain/source';
import { canSignOut, useSession } from '../stores/session';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';

// The ready line for whoever sends this camera's pictures. A key is made only when asked for, and shown once.
export function PushLine({ cameraId }: { cameraId: string }) {
  const needsKey = canSignOut(useSession((state) => state.user));
  const show = useToasts((state) => state.show);
  const [key, setKey] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const line = pushCommand(location.origin, cameraId, needsKey).replace('YOUR_API_KEY', () => key ?? 'YOUR_API_KEY');

  const makeKey = async () => {
    setBusy(true);
    const made = await createPushKey(cameraId);
    setBusy(false);
    if (made.kind === 'ok') setKey(made.data);
    else show('danger', `Couldn't make a key: ${made.kind === 'problem' ? made.detail : 'the server does not answer'}`);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      show('ok', 'The line was copied');
    } catch {
      show('danger', 'The browser does not allow copying here. Select the line and copy it.');
    }
  };
  return (
    <section className="grid gap-2" aria-label="Send pictures">
      <h3 className="font-medium">Send a picture</h3>
      <pre tabIndex={0} className="mono overflow-x-auto rounded-card border border-border bg-well p-3 text-meta">
        {line}
      </pre>
      {key !== null && <p className="text-warn">This key is shown only now. It may do everything: keep it where nobody reads it.</p>}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copy()}>
          <Copy aria-hidden="true" />
          Copy
        </Button>
        {needsKey && key === null && (
          <Button busy={busy} busyLabel="Making a key" onClick={() => void makeKey()}>
            Make a key for it
          </Button>
        )}
      </div>
    </section>
  );
}
