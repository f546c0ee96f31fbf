import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import type { Asset, AssetLink, AssetList, AssetUsage, Job, JobEvent, JobList, JobOutput } from '../api/types';
import * as api from '../api/uploads';
import { isOver } from '../domain/job';
import { useTransfers } from '../stores/transfers';
import { retryPassing } from './client';

const AT_WORK_MS = 1500;
const QUIET_MS = 10_000;

export function useAssets(): UseInfiniteQueryResult<InfiniteData<AssetList>> {
  return useInfiniteQuery({
    queryKey: keys.assets,
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listAssets(pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useAsset(id: string | null): UseQueryResult<Asset> {
  return useQuery({
    queryKey: keys.asset(id ?? ''),
    queryFn: async ({ signal }) => unwrap(await api.getAsset(id ?? '', signal)).data,
    enabled: id !== null,
    // It never changes.
    staleTime: Infinity,
    retry: false,
  });
}

// Good for a quarter of an hour; renewed in time.
const LINK_MS = 13 * 60_000;

export function useAssetLink(id: string): UseQueryResult<AssetLink> {
  return useQuery({
    queryKey: keys.assetLink(id),
    queryFn: async () => unwrap(await api.linkAsset(id)).data,
    staleTime: LINK_MS,
    refetchInterval: LINK_MS,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
}

export function useHoldAsset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, held }: { id: string; held: boolean }) => unwrap(await api.holdAsset(id, held)).data,
    onSuccess: (asset) => {
      client.setQueryData(keys.asset(asset.id), asset);
      void client.invalidateQueries({ queryKey: keys.assets });
    },
  });
}

export function useAssetUsage(): UseQueryResult<AssetUsage> {
  return useQuery({ queryKey: keys.assetUsage, queryFn: async ({ signal }) => unwrap(await api.assetUsage(signal)).data });
}

// Asked for often while something is at work.
export function useJobs(filter: api.JobFilter): UseInfiniteQueryResult<InfiniteData<JobList>> {
  return useInfiniteQuery({
    queryKey: keys.jobs(filter),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listJobs(filter, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (query) => (query.state.data?.pages.some(({ jobs }) => jobs.some((job) => !isOver(job))) === true ? AT_WORK_MS : QUIET_MS),
  });
}

export function useJobLog(id: string, enabled: boolean): UseQueryResult<JobEvent[]> {
  return useQuery({ queryKey: keys.jobLog(id), queryFn: async ({ signal }) => unwrap(await api.jobLog(id, signal)).data.events, enabled });
}

export function useOutputs(id: string): UseInfiniteQueryResult<InfiniteData<{ outputs: JobOutput[] }>> {
  return useInfiniteQuery({
    queryKey: keys.jobOutputs(id),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listOutputs(id, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ outputs }) => (outputs.length < api.OUTPUTS ? undefined : outputs[outputs.length - 1]?.name),
    // A job that has ended makes nothing more.
    staleTime: Infinity,
  });
}

export function useOutputPicture(id: string, name: string, enabled: boolean): UseQueryResult<Blob> {
  return useQuery({
    queryKey: keys.jobOutput(id, name),
    queryFn: async ({ signal }) => unwrap(await api.outputPicture(id, name, signal)).data,
    enabled,
    staleTime: Infinity,
    gcTime: 30_000,
    retry: retryPassing,
  });
}

export function useOrderJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, order }: { id: string; order: api.JobOrder }): Promise<Job> => unwrap(await api.orderJob(id, order)).data,
    onSettled: (_, __, { id }) => {
      void client.invalidateQueries({ queryKey: ['jobs'] });
      void client.invalidateQueries({ queryKey: keys.jobLog(id) });
    },
  });
}

export function useTakePictures() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string): Promise<Job> => unwrap(await api.takePictures(id)).data,
    onSettled: () => void client.invalidateQueries({ queryKey: ['jobs'] }),
  });
}

export function useDeleteAsset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => unwrap(await api.deleteAsset(id)),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.assets });
      void client.invalidateQueries({ queryKey: ['jobs'] });
    },
  });
}

// What just arrived is shown at once.
export function useArrivals(): void {
  const client = useQueryClient();
  const arrived = useTransfers((state) => state.arrived);
  useEffect(() => {
    if (arrived === 0) return;
    void client.invalidateQueries({ queryKey: keys.assets });
    void client.invalidateQueries({ queryKey: ['jobs'] });
  }, [arrived, client]);
}
