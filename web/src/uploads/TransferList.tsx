import { Pause, Play, RotateCcw, X } from 'lucide-react';
import { Link } from 'react-router-dom';
import { bytes, percent } from '../domain/format';
import { paceText } from '../domain/transfer';
import { type TransferRow, useTransfers } from '../stores/transfers';
import { Button } from '../ui/button';
import { Progress } from '../ui/progress';
import { StatusBadge } from '../ui/status-badge';

// The files of this visit, each with how far it is.
export function TransferList() {
  const rows = useTransfers((state) => state.rows);
  const dismiss = useTransfers((state) => state.dismiss);
  if (rows.length === 0) return null;
  const over = rows.filter(({ state }) => state === 'done' || state === 'refused');
  return (
    <section aria-label="On their way" className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <ul aria-label="Files on their way" className="grid grid-cols-[minmax(0,1fr)] gap-2">
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {over.length > 1 && (
        <Button size="small" variant="ghost" className="justify-self-end" onClick={() => over.forEach(({ id }) => dismiss(id))}>
          Clear what is done
        </Button>
      )}
    </section>
  );
}

function stateText(row: TransferRow): string {
  const part = `${percent(row.size === 0 ? 0 : row.sent / row.size)} of ${bytes(row.size)}`;
  switch (row.state) {
    case 'waiting':
      return `${bytes(row.size)}, waits for its turn`;
    case 'sending':
      return [part, paceText(row.samples, row.size)].filter((text) => text !== '').join(', ');
    case 'paused':
      return `Paused at ${part}`;
    case 'lost':
      return `${part}. The server does not answer; it goes on by itself.`;
    case 'done':
      return row.duplicate ? 'This file is here already.' : bytes(row.size);
    case 'failed':
    case 'refused':
      return row.reason;
  }
}

function Badge({ row }: { row: TransferRow }) {
  switch (row.state) {
    case 'done':
      return <StatusBadge tone="ok" word={row.duplicate ? 'Known' : 'Uploaded'} />;
    case 'failed':
      return <StatusBadge tone="danger" word="Failed" />;
    case 'refused':
      return <StatusBadge tone="danger" word="Not sent" />;
    case 'lost':
      return <StatusBadge tone="warn" word="No connection" />;
    case 'paused':
      return <StatusBadge tone="quiet" word="Paused" />;
    case 'waiting':
      return <StatusBadge tone="quiet" word="Waiting" />;
    case 'sending':
      return <StatusBadge tone="info" word="Uploading" />;
  }
}

function Row({ row }: { row: TransferRow }) {
  const { pause, resume, giveUp, dismiss } = useTransfers.getState();
  const moving = row.state === 'sending' || row.state === 'waiting' || row.state === 'lost';
  const ended = row.state === 'done' || row.state === 'refused';
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1.5 rounded-card border border-border bg-surface p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {row.assetId === null ? (
          <span className="min-w-0 truncate font-medium">{row.name}</span>
        ) : (
          <Link to={`/uploads/${row.assetId}`} className="min-w-0 truncate font-medium text-accent underline underline-offset-2">
            {row.name}
          </Link>
        )}
        <Badge row={row} />
        <span className="ml-auto flex gap-1">
          {moving && (
            <Button size="small" aria-label={`Pause ${row.name}`} onClick={() => pause(row.id)}>
              <Pause aria-hidden="true" />
              Pause
            </Button>
          )}
          {row.state === 'paused' && (
            <Button size="small" aria-label={`Resume ${row.name}`} onClick={() => resume(row.id)}>
              <Play aria-hidden="true" />
              Resume
            </Button>
          )}
          {row.state === 'failed' && (
            <Button size="small" aria-label={`Retry ${row.name}`} onClick={() => resume(row.id)}>
              <RotateCcw aria-hidden="true" />
              Retry
            </Button>
          )}
          <Button
            size="small"
            variant="ghost"
            aria-label={ended ? `Dismiss ${row.name}` : `Cancel ${row.name}`}
            onClick={() => (ended ? dismiss(row.id) : giveUp(row.id))}
          >
            <X aria-hidden="true" />
          </Button>
        </span>
      </div>
      {!ended && <Progress value={row.size === 0 ? 0 : row.sent / row.size} label={`${row.name}, uploaded`} tone={row.state === 'failed' ? 'danger' : moving ? 'accent' : 'muted'} />}
      <p className="figures text-meta text-muted">{stateText(row)}</p>
    </li>
  );
}
