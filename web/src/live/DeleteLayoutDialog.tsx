import { failureOf } from '../api/result';
import type { Layout } from '../api/types';
import { useDeleteLayout } from '../queries/layouts';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';

interface DeleteLayoutDialogProps {
  // Null: closed.
  layout: Layout | null;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteLayoutDialog({ layout, onClose, onDeleted }: DeleteLayoutDialogProps) {
  const remove = useDeleteLayout();
  const show = useToasts((state) => state.show);
  const name = layout?.name ?? '';
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <Dialog
      alert
      open={layout !== null}
      onOpenChange={close}
      title={`Delete the wall ${name}?`}
      description="The cameras stay; only how their pictures were arranged is forgotten."
      footer={
        <>
          <Button onClick={close}>Keep</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            busyLabel="Deleting"
            onClick={() => {
              if (layout === null) return;
              remove.mutate(layout.id, {
                onSuccess: () => {
                  show('ok', `The wall ${name} was deleted`);
                  onClose();
                  onDeleted();
                },
              });
            }}
          >
            Delete
          </Button>
        </>
      }
    >
      {remove.error !== null && <FailureAlert what={`Couldn't delete ${name}.`} failure={failureOf(remove.error)} />}
    </Dialog>
  );
}
