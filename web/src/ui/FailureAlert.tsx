import type { ReactNode } from 'react';
import { Button } from './button';
import { Alert } from './surface';

interface FailureLike {
  kind: string;
  status?: number;
  detail?: string;
  requestId?: string | null;
}

interface FailureAlertProps {
  // "Couldn't load the cameras."
  what: string;
  failure: FailureLike;
  onRetry?: () => void;
  children?: ReactNode;
}

// One panel's failure in place: what did not work, the cause, a way on, and the number under which the server's log has it.
export function FailureAlert({ what, failure, onRetry, children }: FailureAlertProps) {
  const cause =
    failure.kind === 'offline'
      ? 'The server does not answer. The page tries again by itself.'
      : failure.kind === 'aborted'
        ? 'The question was given up.'
        : failure.status === 403
          ? "You don't have the right to do this. Ask an administrator."
          : (failure.detail ?? '');
  return (
    <Alert
      tone="danger"
      role="alert"
      title={what}
      action={
        onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            Retry
          </Button>
        )
      }
    >
      <p>{cause}</p>
      {children}
      {failure.requestId !== null && failure.requestId !== undefined && (
        <p className="mono text-meta text-muted">Request {failure.requestId}</p>
      )}
    </Alert>
  );
}
