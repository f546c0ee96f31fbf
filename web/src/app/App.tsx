import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { BrowserRouter } from 'react-router-dom';
import { newQueryClient } from '../queries/client';
import { useConnection, watchConnection } from '../stores/connection';
import { Toaster } from '../ui/toaster';
import { ErrorBoundary } from './ErrorBoundary';
import { Routing } from './Routing';

// React Router's names for what will be its default; without them it warns on the console.
const future = { v7_startTransition: true, v7_relativeSplatPath: true };

export function App() {
  const [client] = useState(newQueryClient);
  const returns = useConnection((state) => state.returns);
  useEffect(watchConnection, []);
  useEffect(() => {
    if (returns > 0) void client.invalidateQueries();
  }, [client, returns]);
  return (
    <ErrorBoundary scope="page">
      <QueryClientProvider client={client}>
        <BrowserRouter future={future}>
          <Routing />
        </BrowserRouter>
        <Toaster />
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
