import { Upload } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router-dom';
import { percent, plural } from '../../domain/format';
import { useConnection } from '../../stores/connection';
import { isMoving, useTransfers } from '../../stores/transfers';
import { announce } from '../../stores/toasts';
import { useLeaveWarning } from '../../ui/useLeaveWarning';

// What is on its way while somebody looks at another page.
export function TransferPanel() {
  const rows = useTransfers((state) => state.rows);
  const moving = rows.filter(isMoving);
  const stopped = rows.filter(({ state }) => state === 'failed');
  if (moving.length === 0 && stopped.length === 0) return null;
  const size = moving.reduce((sum, row) => sum + row.size, 0);
  const sent = moving.reduce((sum, row) => sum + row.sent, 0);
  return (
    <Link
      to="/uploads"
      className="fixed right-4 bottom-4 z-(--z-sticky) flex min-h-11 items-center gap-2 rounded-card border border-border bg-raised px-3 shadow-float hover:bg-hover max-sm:bottom-[calc(64px+env(safe-area-inset-bottom))]"
    >
      <Upload aria-hidden="true" className="size-5" strokeWidth={1.75} />
      <span className="figures">
        {moving.length > 0 && `${plural(moving.length, 'upload', 'uploads')}, ${percent(size === 0 ? 0 : sent / size)}`}
        {moving.length > 0 && stopped.length > 0 && '; '}
        {stopped.length > 0 && `${stopped.length} failed`}
      </span>
    </Link>
  );
}

// Wherever somebody is in the page: warns before bytes are lost on their way, and goes on when the server is back.
export function useTransfersGoOn(): void {
  const rows = useTransfers((state) => state.rows);
  const arrived = useTransfers((state) => state.arrived);
  const reconnected = useTransfers((state) => state.reconnected);
  const returns = useConnection((state) => state.returns);
  useLeaveWarning(rows.some(({ state }) => state === 'sending'));
  useEffect(() => {
    if (returns > 0) reconnected();
  }, [reconnected, returns]);
  useEffect(() => {
    if (arrived > 0) announce('An upload is complete');
  }, [arrived]);
}
