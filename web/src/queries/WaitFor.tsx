import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { failureOf } from '../api/result';
import { FailureAlert } from '../ui/FailureAlert';

interface WaitForProps<T> {
  query: UseQueryResult<T>;
  // "the cameras"
  what: string;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}

// Old content stays while new is on its way; a failure is said beside it and never instead of it.
export function WaitFor<T>({ query, what, skeleton, children }: WaitForProps<T>) {
  const failure = query.error === null ? null : failureOf(query.error);
  if (query.data === undefined) {
    if (failure === null || failure.kind === 'aborted') {
      return (
        <div aria-busy="true" className="animate-[appear_0s_400ms_both]">
          {skeleton}
          <p className="sr-only">Loading {what}</p>
        </div>
      );
    }
    return <FailureAlert what={`Couldn't load ${what}.`} failure={failure} onRetry={() => void query.refetch()} />;
  }
  return (
    <>
      {failure !== null && failure.kind === 'problem' && (
        <div className="pb-3">
          <FailureAlert what={`Couldn't refresh ${what}.`} failure={failure} onRetry={() => void query.refetch()} />
        </div>
      )}
      {children(query.data)}
    </>
  );
}
