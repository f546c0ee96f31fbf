import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import * as api from '../api/cameras';
import { keys } from '../api/keys';
import { unwrap } from '../api/result';
import type { Camera, CameraCreate, CameraPatch, CameraStatus, SystemStatus } from '../api/types';

// The list carries every camera's state, so one small question keeps the whole page fresh.
const LIST_MS = 2000;
const LONG_LIST_MS = 5000;

export function useCameras(): UseQueryResult<Camera[]> {
  return useQuery({
    queryKey: keys.cameras,
    queryFn: async ({ signal }) => unwrap(await api.listCameras(signal)).data,
    refetchInterval: (query) => ((query.state.data?.length ?? 0) > 100 ? LONG_LIST_MS : LIST_MS),
  });
}

export function useCamera(id: string): UseQueryResult<Camera> {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.camera(id),
    queryFn: async ({ signal }) => unwrap(await api.getCamera(id, signal)).data,
    refetchInterval: LIST_MS,
    // What the list knew already is shown at once.
    placeholderData: client.getQueryData<Camera[]>(keys.cameras)?.find((camera) => camera.id === id),
  });
}

// For a form: read once, never replaced under the hands of the person who fills it in.
export function useCameraOnce(id: string): UseQueryResult<Camera> {
  return useQuery({
    queryKey: [...keys.camera(id), 'form'],
    queryFn: async ({ signal }) => unwrap(await api.getCamera(id, signal)).data,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function useCameraStatus(id: string): UseQueryResult<CameraStatus> {
  return useQuery({
    queryKey: keys.cameraStatus(id),
    queryFn: async ({ signal }) => unwrap(await api.getCameraStatus(id, signal)).data,
    refetchInterval: LIST_MS,
  });
}

export function useSystem(): UseQueryResult<SystemStatus> {
  return useQuery({
    queryKey: keys.system,
    queryFn: async ({ signal }) => unwrap(await api.getSystemStatus(signal)).data,
    refetchInterval: 10_000,
  });
}

// After a change the answer goes into every place that shows the camera; the next question corrects the rest.
function useKeep(): (camera: Camera) => void {
  const client = useQueryClient();
  return (camera) => {
    client.setQueryData(keys.camera(camera.id), camera);
    client.setQueryData<Camera[]>(keys.cameras, (list) => list?.map((entry) => (entry.id === camera.id ? camera : entry)));
    void client.invalidateQueries({ queryKey: keys.cameras });
    void client.invalidateQueries({ queryKey: keys.cameraStatus(camera.id) });
  };
}

export function useCreateCamera() {
  const keep = useKeep();
  return useMutation({
    mutationFn: async (camera: CameraCreate) => unwrap(await api.createCamera(camera)).data,
    onSuccess: keep,
  });
}

export function useChangeCamera(id: string) {
  const keep = useKeep();
  return useMutation({
    mutationFn: async ({ patch, version }: { patch: CameraPatch; version: number }) => unwrap(await api.changeCamera(id, patch, version)).data,
    onSuccess: keep,
  });
}

export function useDeleteCamera() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => unwrap(await api.deleteCamera(id)).data,
    onSuccess: (_, id) => {
      client.setQueryData<Camera[]>(keys.cameras, (list) => list?.filter((entry) => entry.id !== id));
      client.removeQueries({ queryKey: keys.camera(id) });
      void client.invalidateQueries({ queryKey: keys.cameras });
    },
  });
}

export type CameraAction = 'start' | 'stop' | 'retry';

export function useCameraAction() {
  const client = useQueryClient();
  const keep = useKeep();
  return useMutation({
    mutationFn: async ({ id, action }: { id: string; action: CameraAction }) => {
      if (action === 'retry') {
        unwrap(await api.retryCamera(id));
        return null;
      }
      return unwrap(await (action === 'start' ? api.startCamera(id) : api.stopCamera(id))).data;
    },
    onSuccess: (camera, { id }) => {
      if (camera !== null) keep(camera);
      else {
        void client.invalidateQueries({ queryKey: keys.cameras });
        void client.invalidateQueries({ queryKey: keys.camera(id) });
      }
    },
  });
}
