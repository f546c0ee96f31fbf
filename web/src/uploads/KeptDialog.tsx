import { useState } from 'react';
import { failureOf } from '../api/result';
import { keptFormFrom, type KeptForm as Form, NOTHING_OWN, ownerOf, ownerPhrase, type OwnKept, sameForm } from '../domain/kept';
import { useOwners, useRetention, useSetRetention } from '../queries/retention';
import { useToasts } from '../stores/toasts';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useLeaveWarning } from '../ui/useLeaveWarning';
import { KeptForm } from './KeptForm';
import { ADD, KeptTable } from './KeptTable';

interface KeptDialogProps {
  open: boolean;
  onClose: () => void;
}

// What somebody is about to say. It outlives the dialog: closing it by mistake loses nothing.
interface Draft {
  // Empty: not chosen yet.
  owner: string;
  // For whoever has none yet.
  isNew: boolean;
  begun: Form;
  form: Form;
}

// For how long uploads are kept: everybody's, as the settings say, and those of whoever has times of their own.
export function KeptDialog({ open, onClose }: KeptDialogProps) {
  const retention = useRetention(open);
  const people = useOwners(open);
  const save = useSetRetention();
  const show = useToasts((state) => state.show);
  const [draft, setDraft] = useState<Draft | null>(null);
  // Where the focus goes when the table is there again.
  const [left, setLeft] = useState<string | null>(null);
  const dirty = draft !== null && ((draft.isNew && draft.owner !== '') || !sameForm(draft.begun, draft.form));
  useLeaveWarning(dirty);

  const begin = (owner: string, own: OwnKept | null) => {
    save.reset();
    const form = keptFormFrom(own ?? NOTHING_OWN);
    setDraft({ owner, isNew: own === null, begun: form, form });
  };
  const leave = () => {
    setLeft(draft === null || draft.isNew ? ADD : draft.owner);
    setDraft(null);
  };
  const close = () => {
    setLeft(null);
    if (!dirty) setDraft(null);
    onClose();
  };

  const failed = [retention, people].find(({ error }) => error !== null);
  const failure = failed === undefined || failed.error === null ? null : failureOf(failed.error);
  const owners = people.data ?? [];
  const own = retention.data?.owners ?? [];
  const known = retention.data !== undefined && people.data !== undefined;
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      wide={draft === null}
      title={draft === null ? 'How long they are kept' : draft.isNew ? 'Times of their own' : `Times of ${ownerPhrase(ownerOf(owners, draft.owner))}`}
      description={draft === null ? 'What is older is removed by itself.' : 'What is left empty is kept for as long as everybody’s.'}
    >
      {failure !== null && failure.kind !== 'aborted' && (
        <FailureAlert
          what="Couldn't load the times."
          failure={failure}
          onRetry={() => {
            if (retention.error !== null) void retention.refetch();
            if (people.error !== null) void people.refetch();
          }}
        />
      )}
      {!known && failure === null && <p className="animate-[appear_0s_400ms_both] text-muted">Loading the times</p>}
      {retention.data !== undefined &&
        known &&
        (draft === null ? (
          <KeptTable everybody={retention.data.everybody} own={own} owners={owners} focusOn={left} onBegin={begin} />
        ) : (
          <KeptForm
            owner={draft.owner}
            // Somebody who has times by now is shown as long as the form is about them.
            choices={draft.isNew ? owners.filter(({ id }) => id === draft.owner || !own.some(({ owner }) => owner === id)) : null}
            form={draft.form}
            everybody={retention.data.everybody}
            now={own.find(({ owner }) => owner === draft.owner) ?? NOTHING_OWN}
            saving={save.isPending}
            failure={save.error === null ? null : failureOf(save.error)}
            onChange={(part) => {
              if (save.error !== null) save.reset();
              setDraft({ ...draft, ...part });
            }}
            onCancel={leave}
            onSave={(kept) =>
              save.mutate(
                { owner: draft.owner, kept },
                {
                  onSuccess: () => {
                    show('ok', `The times of ${ownerPhrase(ownerOf(owners, draft.owner))} were saved`);
                    setLeft(draft.owner);
                    setDraft(null);
                  },
                },
              )
            }
          />
        ))}
    </Dialog>
  );
}
