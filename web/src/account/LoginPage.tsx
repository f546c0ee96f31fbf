import { useSession } from '../stores/session';
import { Frame } from './Frame';
import { LoginForm } from './LoginForm';

// Where to go then is decided by the routes, which read ?next=.
export function LoginPage() {
  const signedIn = useSession((state) => state.signedIn);
  return (
    <Frame title="Sign in">
      <LoginForm name="" onDone={signedIn} />
    </Frame>
  );
}
