import { reasonOf } from '../api/result';
import type { Asset } from '../api/types';
import { deleteAssetOnLeaving } from '../api/uploads';
import { useDeleteAsset } from '../queries/uploads';
import { useRemovals } from '../stores/removals';
import { useToasts } from '../stores/toasts';

export const nameOf = (asset: Asset): string => (asset.name === '' ? 'a file without a name' : asset.name);

// Deletes a file, with some seconds to think better of it.
export function useRemoval(): (asset: Asset) => void {
  const { mutateAsync } = useDeleteAsset();
  return (asset) => {
    const name = nameOf(asset);
    useRemovals.getState().remove(asset.id, `${name} is deleted.`, {
      leave: () => deleteAssetOnLeaving(asset.id),
      // By the promise: what showed the file is gone by then, and callbacks of a mutation with it.
      commit: () =>
        void mutateAsync(asset.id).catch((error: unknown) => {
          useRemovals.getState().restore(asset.id);
          useToasts.getState().show('danger', `${name} could not be deleted. ${reasonOf(error)}`);
        }),
    });
  };
}
