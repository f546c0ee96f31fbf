import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useAnnouncements, useToasts } from '../stores/toasts';
import { Button } from './button';

// Top on the phone, so that nothing lies over the bar at the bottom.
export function Toaster() {
  const toasts = useToasts((state) => state.toasts);
  const dismiss = useToasts((state) => state.dismiss);
  const message = useAnnouncements((state) => state.message);
  return (
    <>
      <div aria-live="polite" className="pointer-events-none fixed inset-x-3 top-3 z-(--z-toast) grid justify-items-end gap-2 sm:top-auto sm:bottom-4">
        {toasts.map((toast) => (
          <div
            key={toast.id}
            data-toast
            className="pointer-events-auto flex w-full max-w-96 items-start gap-3 rounded-card border border-border bg-raised p-3 shadow-float"
          >
            {toast.tone === 'ok' ? (
              <CircleCheck aria-hidden="true" className="mt-px size-5 shrink-0 text-ok" />
            ) : (
              <CircleAlert aria-hidden="true" className="mt-px size-5 shrink-0 text-danger" />
            )}
            <p className="min-w-0 flex-1">{toast.text}</p>
            {toast.action !== undefined && (
              <Button
                size="small"
                onClick={() => {
                  toast.action?.run();
                  dismiss(toast.id);
                }}
              >
                {toast.action.label}
              </Button>
            )}
            <button
              type="button"
              aria-label="Dismiss"
              onClick={() => dismiss(toast.id)}
              className="-m-1.5 inline-flex size-8 shrink-0 items-center justify-center rounded-card hover:bg-hover coarse:size-11"
            >
              <X aria-hidden="true" className="size-4" />
            </button>
          </div>
        ))}
      </div>
      <div aria-live="polite" className="sr-only">
        {message}
      </div>
    </>
  );
}
