import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys';
import * as api from '../api/layouts';
import { unwrap } from '../api/result';
import type { Layout, LayoutBody } from '../api/types';

export function useLayouts(): UseQueryResult<Layout[]> {
  return useQuery({ queryKey: keys.layouts, queryFn: async ({ signal }) => unwrap(await api.listLayouts(signal)).data.layouts });
}

const byName = (a: Layout, b: Layout) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id);

// Null as id: a new one.
export function useSaveLayout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, body }: { id: string | null; body: LayoutBody }) =>
      unwrap(await (id === null ? api.createLayout(body) : api.replaceLayout(id, body))).data,
    onSuccess: (saved) => {
      client.setQueryData<Layout[]>(keys.layouts, (list) => [...(list ?? []).filter((entry) => entry.id !== saved.id), saved].sort(byName));
      void client.invalidateQueries({ queryKey: keys.layouts });
    },
  });
}

export function useDeleteLayout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => unwrap(await api.deleteLayout(id)).data,
    onSuccess: (_, id) => {
      client.setQueryData<Layout[]>(keys.layouts, (list) => list?.filter((entry) => entry.id !== id));
      void client.invalidateQueries({ queryKey: keys.layouts });
    },
  });
}
