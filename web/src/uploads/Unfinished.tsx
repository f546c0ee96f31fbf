import { useCallback, useEffect, useRef, useState } from 'react';
import { forgetTransfer, unfinishedTransfers } from '../api/transfer';
import { getUpload, giveUpUpload } from '../api/uploads';
import { bytes, percent } from '../domain/format';
import { ACCEPT } from '../domain/transfer';
import { useTransfers } from '../stores/transfers';
import { Button } from '../ui/button';
import { Progress } from '../ui/progress';

interface Left {
  key: string;
  uploadId: string;
  name: string;
  size: number;
  received: number;
}

async function findLeft(): Promise<Left[]> {
  const found = await Promise.all(
    (await unfinishedTransfers()).map(async (entry): Promise<Left | null> => {
      const answer = await getUpload(entry.uploadId);
      if (answer.kind === 'ok' && answer.data.state === 'open') return { ...entry, received: answer.data.received };
      // Complete, expired, or somebody else's.
      if (answer.kind === 'ok' || (answer.kind === 'problem' && (answer.status === 404 || answer.status === 410))) await forgetTransfer(entry.key);
      return null;
    }),
  );
  return found.filter((entry) => entry !== null);
}

// What was on its way when the page was closed. A page cannot open a file again by itself: it asks for the same one.
export function Unfinished({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [left, setLeft] = useState<Left[]>([]);
  const rows = useTransfers((state) => state.rows);
  const look = useCallback(() => void findLeft().then(setLeft, () => setLeft([])), []);
  useEffect(look, [look]);
  const choice = useRef<HTMLInputElement>(null);
  // What is on its way in this visit stands in the list of those.
  const shown = left.filter(({ name, size }) => !rows.some((row) => row.name === name && row.size === size));
  if (shown.length === 0) return null;
  return (
    <section aria-label="Interrupted" className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <ul aria-label="Interrupted uploads" className="grid grid-cols-[minmax(0,1fr)] gap-2">
        {shown.map((entry) => (
          <li key={entry.key} className="grid gap-1.5 rounded-card border border-border bg-surface p-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="min-w-0 truncate font-medium">{entry.name}</span>
              <span className="ml-auto flex gap-1">
                <Button size="small" onClick={() => choice.current?.click()} aria-label={`Resume ${entry.name}`}>
                  Resume ({percent(entry.size === 0 ? 0 : entry.received / entry.size)})
                </Button>
                <Button
                  size="small"
                  variant="ghost"
                  aria-label={`Give up ${entry.name}`}
                  onClick={() => {
                    setLeft((all) => all.filter(({ key }) => key !== entry.key));
                    void forgetTransfer(entry.key);
                    void giveUpUpload(entry.uploadId);
                  }}
                >
                  Give up
                </Button>
              </span>
            </div>
            <Progress value={entry.size === 0 ? 0 : entry.received / entry.size} label={`${entry.name}, uploaded`} tone="muted" />
            <p className="figures text-meta text-muted">
              Interrupted at {bytes(entry.received)} of {bytes(entry.size)}. Choose the same file to go on.
            </p>
          </li>
        ))}
      </ul>
      <input
        ref={choice}
        type="file"
        multiple
        hidden
        accept={ACCEPT}
        aria-label="The same file again"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </section>
  );
}
