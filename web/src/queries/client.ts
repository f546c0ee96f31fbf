import { QueryClient } from '@tanstack/react-query';
import { failureOf } from '../api/result';

// For what is asked once and then kept, as pictures are: nothing else would ask again after an answer that was not about it.
export function retryPassing(count: number, error: Error): boolean {
  const failure = failureOf(error);
  return count < 5 && (failure.kind === 'offline' || (failure.kind === 'problem' && (failure.status === 429 || failure.status >= 500)));
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A monitoring server is often reached without any internet: what the browser calls offline means nothing here.
        networkMode: 'always',
        // Polling and the return of the server ask again; a refusal stays a refusal.
        retry: (count, error) => {
          const failure = failureOf(error);
          return count < 1 && failure.kind === 'problem' && failure.status >= 500;
        },
        staleTime: 1000,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
