import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import * as api from '../api/retention';
import type { Retention, RetentionList } from '../api/types';
import { type Owner, ownersFrom } from '../domain/kept';

export function useRetention(enabled: boolean): UseQueryResult<RetentionList> {
  return useQuery({ queryKey: keys.retention, queryFn: async ({ signal }) => unwrap(await api.listRetention(signal)).data, enabled });
}

// All who can hand something in.
export function useOwners(enabled: boolean): UseQueryResult<Owner[]> {
  return useQuery({
    queryKey: keys.owners,
    queryFn: async ({ signal }) => {
      const [users, apiKeys] = await Promise.all([api.listUsers(signal), api.listApiKeys(signal)]);
      return ownersFrom(unwrap(users).data.users, unwrap(apiKeys).data.keys);
    },
    enabled,
  });
}

export function useSetRetention() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ owner, kept }: { owner: string; kept: Retention }) => unwrap(await api.setRetention(owner, kept)).data,
    onSuccess: (said) => {
      client.setQueryData<RetentionList>(keys.retention, (before) => {
        if (before === undefined) return undefined;
        const others = before.owners.filter(({ owner }) => owner !== said.owner);
        const own = said.files !== null || said.pictures !== null || said.findings !== null || said.jobs !== null;
        return { ...before, owners: own ? [...others, said] : others };
      });
      void client.invalidateQueries({ queryKey: keys.retention });
      // Until when files and pictures stay is another time now; what they show is the same.
      void client.invalidateQueries({
        predicate: ({ queryKey: [what, , part, ...more] }) => what === 'assets' || (what === 'asset' && part === undefined) || (what === 'job' && part === 'outputs' && more.length === 0),
      });
    },
  });
}
