import { useEffect } from 'react';
import { Link } from 'react-router-dom';
import { useSession } from '../stores/session';
import { Button } from '../ui/button';
import { Page } from '../ui/page';

const RETRY_MS = 3000;

// The page itself came, the server behind it does not answer.
export function Unreachable() {
  const start = useSession((state) => state.start);
  useEffect(() => {
    const timer = setInterval(() => void start(), RETRY_MS);
    return () => clearInterval(timer);
  }, [start]);
  return (
    <main className="mx-auto grid max-w-xl content-center gap-4 p-6" style={{ minHeight: '100dvh' }}>
      <h1 className="text-page font-semibold">No connection to the server</h1>
      <p className="text-muted" role="status">
        Vigil does not answer. Is the server running? This page tries again every few seconds.
      </p>
      <div>
        <Button variant="primary" onClick={() => void start()}>
          Try now
        </Button>
      </div>
    </main>
  );
}

export function NotFound() {
  return (
    <Page title="Page not found">
      <p className="text-muted">There is nothing at this address.</p>
      <p className="pt-4">
        <Button asChild>
          <Link to="/live">Go to Live</Link>
        </Button>
      </p>
    </Page>
  );
}

export function NoAccess({ to }: { to: string }) {
  return (
    <Page title={`You don't have access to ${to}`}>
      <p className="text-muted">Your role is viewer. An administrator can give you another.</p>
      <p className="pt-4">
        <Button asChild>
          <Link to="/live">Go to Live</Link>
        </Button>
      </p>
    </Page>
  );
}
