import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { keys } from '../api/keys';
import * as api from '../api/plateSettings';
import { unwrap } from '../api/result';
import type { NewPlateSettings, PlateSettings } from '../api/types';

// For a form: read when it opens, never replaced under the hands of the person who fills it in.
export function usePlateSettings(enabled: boolean): UseQueryResult<PlateSettings> {
  return useQuery({
    queryKey: keys.plateSettings,
    queryFn: async ({ signal }) => unwrap(await api.getPlateSettings(signal)).data,
    enabled,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function useSetPlateSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (settings: NewPlateSettings) => unwrap(await api.setPlateSettings(settings)).data,
    onSuccess: (settings) => {
      client.setQueryData(keys.plateSettings, settings);
      // What the lists say stands beside each plate.
      void client.invalidateQueries({ queryKey: ['plates'] });
    },
  });
}
