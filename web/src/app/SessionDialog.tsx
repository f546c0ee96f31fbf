import { LoginForm } from '../account/LoginForm';
import { useSession } from '../stores/session';
import { Dialog } from '../ui/dialog';

// On top of the page: nothing that was typed is lost, and what was asked for goes on after the sign-in.
export function SessionDialog({ open }: { open: boolean }) {
  const user = useSession((state) => state.user);
  const signedIn = useSession((state) => state.signedIn);
  return (
    <Dialog required open={open} onOpenChange={() => undefined} title="Your session ended" description="Sign in again. Your work on this page is kept.">
      <LoginForm name={user?.name ?? ''} onDone={signedIn} />
    </Dialog>
  );
}
