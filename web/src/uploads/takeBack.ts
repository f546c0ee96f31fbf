import { reasonOf } from '../api/result';
import { takeBackRetentionOnLeaving } from '../api/retention';
import { type Owner, ownerPhrase } from '../domain/kept';
import { useSetRetention } from '../queries/retention';
import { useRemovals } from '../stores/removals';
import { useToasts } from '../stores/toasts';

// Among other things that are about to go.
export const removalOf = (owner: string): string => `retention/${owner}`;

// Takes an owner's own times back, with some seconds to think better of it: until then the server knows nothing of it.
export function useTakeBack(): (owner: Owner) => void {
  const { mutateAsync } = useSetRetention();
  return (owner) => {
    const id = removalOf(owner.id);
    const phrase = ownerPhrase(owner);
    useRemovals.getState().remove(id, `The times of ${phrase} are as everybody’s again.`, {
      leave: () => takeBackRetentionOnLeaving(owner.id),
      commit: () =>
        void mutateAsync({ owner: owner.id, kept: {} })
          .catch((error: unknown) => useToasts.getState().show('danger', `The times of ${phrase} could not be taken back. ${reasonOf(error)}`))
          // Whatever is said next of the same owner is to be seen.
          .finally(() => useRemovals.getState().restore(id)),
    });
  };
}
