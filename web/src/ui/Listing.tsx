import type { ReactNode } from 'react';
import { failureOf } from '../api/result';
import { plural } from '../domain/format';
import { Button } from './button';
import { FailureAlert } from './FailureAlert';

interface ListingProps {
  // "the plates"
  what: string;
  one: string;
  other: string;
  found: number;
  query: {
    error: Error | null;
    isPending: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
  // Beside the count.
  beside?: ReactNode;
  // When there is nothing, and nothing more to come.
  empty: ReactNode;
  children: ReactNode;
}

// A list that comes page by page: how many there are, what went wrong, and more.
export function Listing({ what, one, other, found, query, beside, empty, children }: ListingProps) {
  const failure = query.error === null ? null : failureOf(query.error);
  if (failure !== null && failure.kind !== 'aborted' && found === 0) {
    return <FailureAlert what={`Couldn't load ${what}.`} failure={failure} onRetry={() => void query.refetch()} />;
  }
  if (query.isPending) return <p className="animate-[appear_0s_400ms_both] text-muted">Loading {what}</p>;
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center gap-3 pb-2">
        <p role="status" className="text-muted">
          {found > 0 ? `${plural(found, one, other)}${query.hasNextPage ? ', and more' : ''}` : query.hasNextPage ? 'Nothing so far. There is more to look through.' : ''}
        </p>
        {beside}
      </div>
      {found === 0 && !query.hasNextPage ? empty : children}
      {failure !== null && failure.kind === 'problem' && (
        <div className="pt-4">
          <FailureAlert what="Couldn't load more." failure={failure} onRetry={() => void query.fetchNextPage()} />
        </div>
      )}
      {query.hasNextPage && (
        <div className="grid justify-items-center pt-4">
          <Button busy={query.isFetchingNextPage} busyLabel="Loading" onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
