import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import * as api from '../api/analysis';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import type { CameraAnalysis, ModelList } from '../api/types';

const FIGURES_MS = 2000;

export function useAnalysis(cameraId: string): UseQueryResult<CameraAnalysis> {
  return useQuery({
    queryKey: keys.cameraAnalysis(cameraId),
    queryFn: async ({ signal }) => unwrap(await api.getCameraAnalysis(cameraId, signal)).data,
    refetchInterval: FIGURES_MS,
  });
}

export function useModels(): UseQueryResult<ModelList> {
  return useQuery({ queryKey: keys.models, queryFn: async ({ signal }) => unwrap(await api.listModels(signal)).data, staleTime: 10_000 });
}
