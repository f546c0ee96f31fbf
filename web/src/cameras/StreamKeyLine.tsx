import { Copy } from 'lucide-react';
import { useState } from 'react';
import { renewStreamKey } from '../api/cameras';
import type { StreamKey } from '../api/types';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';

interface StreamKeyLineProps {
  cameraId: string;
  // There is one already, which nobody is shown again.
  hasKey: boolean;
  onMade?: () => void;
}

// The address to which an encoder publishes. Its key is made only when asked for, and shown once.
export function StreamKeyLine({ cameraId, hasKey, onMade }: StreamKeyLineProps) {
  const show = useToasts((state) => state.show);
  const [made, setMade] = useState<StreamKey | null>(null);
  const [busy, setBusy] = useState(false);

  const make = async () => {
    setBusy(true);
    const answer = await renewStreamKey(cameraId);
    setBusy(false);
    if (answer.kind === 'ok') {
      setMade(answer.data);
      onMade?.();
    } else {
      show('danger', `Couldn't make a stream key: ${answer.kind === 'problem' ? answer.detail : 'the server does not answer'}`);
    }
  };
  const address = made === null ? '' : `rtmp://${location.hostname}:${made.port ?? 1935}/live/${made.stream_key}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      show('ok', 'The address was copied');
    } catch {
      show('danger', 'The browser does not allow copying here. Select the address and copy it.');
    }
  };
  return (
    <section className="grid gap-2" aria-label="Publish by RTMP">
      <h3 className="font-medium">Publish by RTMP</h3>
      {made === null ? (
        <p className="text-muted">
          {hasKey ? 'A stream key is set. A new one takes its place: the encoder that uses it is disconnected.' : 'Nobody can publish before there is a stream key.'}
        </p>
      ) : (
        <>
          <pre tabIndex={0} className="mono overflow-x-auto rounded-card border border-border bg-well p-3 text-meta">
            {address}
          </pre>
          <p className="text-warn">The key is shown only now. Encoders with two boxes take the part up to live as the server and the rest as the stream key.</p>
          {made.port === null && <p className="text-warn">The server does not listen for RTMP yet: set ingest.rtmp.listen, such as 0.0.0.0:1935.</p>}
        </>
      )}
      <div className="flex flex-wrap gap-2">
        {made !== null && (
          <Button onClick={() => void copy()}>
            <Copy aria-hidden="true" />
            Copy
          </Button>
        )}
        <Button busy={busy} busyLabel="Making a key" onClick={() => void make()}>
          {hasKey || made !== null ? 'Make a new stream key' : 'Make a stream key'}
        </Button>
      </div>
    </section>
  );
}
