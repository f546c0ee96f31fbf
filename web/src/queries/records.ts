import { type InfiniteData, useInfiniteQuery, type UseInfiniteQueryResult, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { keys } from '../api/keys';
import * as api from '../api/records';
import { unwrap } from '../api/result';
import type { FoundPlateList, PlateList, SceneList, SimilarTracks, SubjectList, SubjectWithTracks, Track, TrackList } from '../api/types';
import { retryPassing } from './client';

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
    retry: retryPassing,
  });
}

export function useKeyFrame(id: string | null, width: number, enabled: boolean): UseQueryResult<Blob> {
  return useQuery({
    queryKey: [...keys.keyFrame(id ?? ''), width],
    queryFn: async ({ signal }) => unwrap(await api.keyFramePicture(id ?? '', width, signal)).data,
    enabled: enabled && id !== null,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: retryPassing,
  });
}

export function usePlates(query: api.PlateQuery): UseInfiniteQueryResult<InfiniteData<PlateList>> {
  return useInfiniteQuery({
    queryKey: keys.plates(query),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listPlates(query, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });
}

export function useFoundPlates(query: api.PlateQuery): UseInfiniteQueryResult<InfiniteData<FoundPlateList>> {
  return useInfiniteQuery({
    queryKey: keys.foundPlates(query),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listFoundPlates(query, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });
}

export function usePlatesOfTrack(id: string): UseQueryResult<PlateList> {
  return useQuery({ queryKey: keys.platesOfTrack(id), queryFn: async ({ signal }) => unwrap(await api.platesOfTrack(id, signal)).data });
}

export function useScenes(query: api.SceneQuery): UseInfiniteQueryResult<InfiniteData<SceneList>> {
  return useInfiniteQuery({
    queryKey: keys.scenes(query),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listScenes(query, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });
}

export function useSubjects(query: api.SubjectQuery): UseInfiniteQueryResult<InfiniteData<SubjectList>> {
  return useInfiniteQuery({
    queryKey: keys.subjects(query),
    queryFn: async ({ pageParam, signal }) => unwrap(await api.listSubjects(query, pageParam, signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: false,
  });
}

export function useSubject(id: string): UseQueryResult<SubjectWithTracks> {
  return useQuery({ queryKey: keys.subject(id), queryFn: async ({ signal }) => unwrap(await api.getSubject(id, signal)).data });
}

export function useSubjectFace(id: string, enabled: boolean): UseQueryResult<Track | null> {
  return useQuery({
    queryKey: keys.subjectFace(id),
    queryFn: async ({ signal }) => unwrap(await api.newestOfSubject(id, signal)).data.tracks[0] ?? null,
    enabled,
    staleTime: 60_000,
  });
}
