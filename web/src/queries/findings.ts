import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import * as api from '../api/findings';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import type { AssetAnalysis, AssetTrackList, Job } from '../api/types';
import { type FoundFrame, STRETCH_MS } from '../domain/findings';

// What a job found never changes.

export function useAnalysis(id: string, job: string | undefined): UseQueryResult<AssetAnalysis> {
  return useQuery({
    queryKey: keys.analysis(id, job ?? ''),
    queryFn: async ({ signal }) => unwrap(await api.getAnalysis(id, job ?? '', signal)).data,
    enabled: job !== undefined,
    staleTime: Infinity,
  });
}

export function useAssetTracks(id: string, job: string, labels: readonly string[]): UseInfiniteQueryResult<InfiniteData<AssetTrackList>> {
  return useInfiniteQuery({
    queryKey: keys.assetTracks(id, job, labels),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listAssetTracks(id, job, labels, pageParam, signal)).data,
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: Infinity,
  });
}

const MOST_PAGES = 20;

// The boxes of one stretch of the video.
export function useBoxes(id: string, job: string, stretch: number, enabled: boolean): UseQueryResult<FoundFrame[]> {
  return useQuery({
    queryKey: keys.assetBoxes(id, job, stretch),
    queryFn: async ({ signal }) => {
      const frames: FoundFrame[] = [];
      const end = (stretch + 1) * STRETCH_MS;
      let from: number | null = stretch * STRETCH_MS;
      for (let page = 0; from !== null && page < MOST_PAGES; page += 1) {
        const answer: { frames: FoundFrame[]; next_ms: number | null } = unwrap(await api.assetBoxes(id, job, from, end, signal)).data;
        frames.push(...answer.frames);
        from = answer.next_ms;
      }
      return frames;
    },
    enabled,
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

export function useAnalyse() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, annotate }: { id: string; annotate: boolean }): Promise<Job> => unwrap(await api.analyseAsset(id, annotate)).data,
    onSettled: () => void client.invalidateQueries({ queryKey: ['jobs'] }),
  });
}
