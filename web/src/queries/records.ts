import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { keys } from '../api/keys';
import * as api from '../api/records';
import { unwrap } from '../api/result';
import type { SimilarTracks, Track, TrackList } from '../api/types';

const FRESH_MS = 5000;

export function useTracks(filter: api.TrackFilter): UseInfiniteQueryResult<InfiniteData<TrackList>> {
  return useInfiniteQuery({
    queryKey: keys.tracks(filter),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listTracks(filter, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });
}

// The newest few, asked for again and again: tells that there is something new without moving what somebody looks at.
export function useNewest(filter: api.TrackFilter, enabled: boolean): UseQueryResult<TrackList> {
  return useQuery({
    queryKey: [...keys.tracks(filter), 'newest'],
    queryFn: async ({ signal }) => unwrap(await api.listTracks(filter, undefined, signal)).data,
    refetchInterval: FRESH_MS,
    enabled,
  });
}

export function useTrack(id: string): UseQueryResult<Track> {
  return useQuery({
    queryKey: keys.track(id),
    queryFn: async ({ signal }) => unwrap(await api.getTrack(id, signal)).data,
    refetchInterval: (query) => (query.state.data?.ended === false ? FRESH_MS : false),
  });
}

export function useSimilar(id: string): UseQueryResult<SimilarTracks> {
  return useQuery({ queryKey: keys.similar(id), queryFn: async ({ signal }) => unwrap(await api.similarTracks(id, signal)).data, retry: false });
}

export function useTrackPicture(id: string, crop: boolean, width: number, enabled: boolean): UseQueryResult<Blob> {
  return useQuery({
    queryKey: [...keys.trackPicture(id, crop), width],
    queryFn: async ({ signal }) => unwrap(await api.trackPicture(id, crop, width, signal)).data,
    enabled,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });
}
