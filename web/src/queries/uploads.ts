import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import type { Asset, AssetLink, AssetList, AssetUsage, Job, JobEvent, JobList, JobOutputList, Webhook } from '../api/types';
import * as api from '../api/uploads';
import { isOver } from '../domain/job';
import { useTransfers } from '../stores/transfers';
import { retryPassing } from './client';
import { useJobsLive } from './jobNews';

// Without the server telling what happens: so often it is asked. With it: now and then, in case that something was missed.
const AT_WORK_MS = 1500;
const QUIET_MS = 10_000;
const LIVE_MS = 60_000;
const UNKNOWN_MS = 4000;

// Nobody has looked at it yet.
const isUnknown = (asset: Asset): boolean => asset.video === null && asset.fault === null;

export function useAssets(): UseInfiniteQueryResult<InfiniteData<AssetList>> {
  const live = useJobsLive((state) => state.live);
  return useInfiniteQuery({
    queryKey: keys.assets,
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listAssets(pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (query) => (!live && query.state.data?.pages.some(({ assets }) => assets.some(isUnknown)) === true ? UNKNOWN_MS : false),
  });
}

export function useAsset(id: string | null): UseQueryResult<Asset> {
  const live = useJobsLive((state) => state.live);
  return useQuery({
    queryKey: keys.asset(id ?? ''),
    queryFn: async ({ signal }) => unwrap(await api.getAsset(id ?? '', signal)).data,
    enabled: id !== null,
    // It never changes, once somebody has looked what it is.
    staleTime: Infinity,
    refetchInterval: (query) => (!live && query.state.data !== undefined && isUnknown(query.state.data) ? UNKNOWN_MS : false),
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

// `id`: null while none is wanted.
export function useOutputLink(id: string | null, name: string): UseQueryResult<AssetLink> {
  return useQuery({
    queryKey: keys.outputLink(id ?? '', name),
    queryFn: async () => unwrap(await api.linkOutput(id ?? '', name)).data,
    enabled: id !== null,
    staleTime: LINK_MS,
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

export function useJobs(filter: api.JobFilter): UseInfiniteQueryResult<InfiniteData<JobList>> {
  const live = useJobsLive((state) => state.live);
  return useInfiniteQuery({
    queryKey: keys.jobs(filter),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listJobs(filter, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (query) => {
      if (live) return LIVE_MS;
      return query.state.data?.pages.some(({ jobs }) => jobs.some((job) => !isOver(job))) === true ? AT_WORK_MS : QUIET_MS;
    },
  });
}

export function useJobLog(id: string, enabled: boolean): UseQueryResult<JobEvent[]> {
  return useQuery({ queryKey: keys.jobLog(id), queryFn: async ({ signal }) => unwrap(await api.jobLog(id, signal)).data.events, enabled });
}

export function useJobWebhooks(id: string): UseQueryResult<Webhook[]> {
  return useQuery({
    queryKey: keys.jobWebhooks(id),
    queryFn: async ({ signal }) => unwrap(await api.jobWebhooks(id, signal)).data.webhooks,
    refetchInterval: (query) => (query.state.data?.some(({ next_at: next }) => next !== null) === true ? AT_WORK_MS : QUIET_MS),
  });
}

export function useReplayWebhook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ webhook, from }: { webhook: string; from: number }) => unwrap(await api.replayWebhook(id, webhook, from)).data.webhooks,
    onSuccess: (webhooks) => client.setQueryData(keys.jobWebhooks(id), webhooks),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.jobWebhooks(id) });
      void client.invalidateQueries({ queryKey: keys.jobLog(id) });
    },
  });
}

export function useOutputs(id: string): UseInfiniteQueryResult<InfiniteData<JobOutputList>> {
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

export function useThumbnail(asset: Pick<Asset, 'id' | 'thumbnail'>, enabled: boolean): UseQueryResult<Blob> {
  return useQuery({
    queryKey: keys.assetThumbnail(asset.id),
    queryFn: async ({ signal }) => unwrap(await api.thumbnail(asset.id, signal)).data,
    enabled: enabled && asset.thumbnail !== null,
    staleTime: Infinity,
    gcTime: 60_000,
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
