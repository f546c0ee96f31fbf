import { QueryClient } from '@tanstack/react-query';
import { failureOf } from '../api/result';

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
