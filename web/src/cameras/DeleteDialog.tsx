import { useEffect } from 'react';
import { failureOf } from '../api/result';
import type { Camera } from '../api/types';
import { displayName } from '../domain/camera';
import { useDeleteCamera } from '../queries/cameras';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FailureAlert } from '../ui/FailureAlert';

interface DeleteDialogProps {
  // Null: closed.
  camera: Camera | null;
  onClose: () => void;
  onDeleted?: () => void;
}

export function DeleteDialog({ camera, onClose, onDeleted }: DeleteDialogProps) {
  const remove = useDeleteCamera();
  const show = useToasts((state) => state.show);
  const { reset } = remove;
  useEffect(() => reset(), [camera?.id, reset]);
  const name = camera === null ? '' : displayName(camera);
  return (
    <Dialog
      alert
      open={camera !== null}
      onOpenChange={onClose}
      title={`Delete ${name}?`}
      description="The server disconnects from this camera and forgets its settings and its password. This cannot be undone."
      footer={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            variant="danger"
            busy={remove.isPending}
            busyLabel="Deleting"
            onClick={() => {
              if (camera === null) return;
              remove.mutate(camera.id, {
                onSuccess: () => {
                  show('ok', `${name} was deleted`);
                  onClose();
                  onDeleted?.();
                },
              });
            }}
          >
            Delete {name}
          </Button>
        </>
      }
    >
      {remove.error !== null && <FailureAlert what={`Couldn't delete ${name}.`} failure={failureOf(remove.error)} />}
    </Dialog>
  );
}
