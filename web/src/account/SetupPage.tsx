import { type FormEvent, useEffect, useRef, useState } from 'react';
import { completeSetup } from '../api/auth';
import { listCameras } from '../api/cameras';
import type { Failure } from '../api/result';
import { LEAST_LENGTH } from '../domain/password';
import { useSession } from '../stores/session';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Alert } from '../ui/surface';
import { Frame } from './Frame';
import { NewPassword } from './NewPassword';
import { tokenIn } from './setupToken';

function setupFault(failure: Failure): string {
  if (failure.kind !== 'problem') return 'The server does not answer. Try again in a moment.';
  switch (failure.status) {
    case 401:
      return 'This link is not valid, or it was used already. Restart the server: it prints a new link while it has no administrator.';
    case 404:
    case 409:
      return 'This server has an administrator already, and the link is of no more use. Reload the page and sign in.';
    case 429:
      return `Too many tries. Wait ${failure.retryAfterS ?? 60} s.`;
    default:
      return failure.detail;
  }
}

// Nothing but the printed link makes the first administrator; there is no default password.
export function SetupPage({ token }: { token: string | null }) {
  const [link, setLink] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const summary = useRef<HTMLDivElement>(null);
  const signedIn = useSession((state) => state.signedIn);

  const code = token ?? tokenIn(link);
  const errors = {
    link: code === null ? 'Paste the link, or the part after “token=”.' : null,
    name: name.trim() === '' ? 'Choose a name.' : null,
    password: [...password].length < LEAST_LENGTH ? `At least ${LEAST_LENGTH} characters.` : null,
  };

  useEffect(() => {
    if (fault !== null) summary.current?.focus();
  }, [fault]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || code === null || errors.name !== null || errors.password !== null) return;
    setBusy(true);
    setFault(null);
    const result = await completeSetup(code, name.trim(), password);
    if (result.kind !== 'ok') {
      setBusy(false);
      setFault(setupFault(result));
      return;
    }
    // A server that has cameras (a demo, a configuration file) shows them; an empty one goes on to the first camera.
    const cameras = await listCameras();
    signedIn(result.data.user, cameras.kind === 'ok' && cameras.data.length === 0 ? '/cameras/new' : '/live');
  };

  return (
    <Frame title="Make the first account" step="Step 1 of 2">
      <p className="text-muted">This account may do everything. The next step is your first camera.</p>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)} noValidate>
        {fault !== null && (
          <Alert tone="danger" role="alert" ref={summary} tabIndex={-1}>
            {fault}
          </Alert>
        )}
        {token === null && (
          <Field
            label="Set-up link"
            hint="The server printed it on its first start. Look into the window where it runs, or into its log."
            error={tried ? errors.link : null}
          >
            {(control) => <Input {...control} className="mono" autoComplete="off" spellCheck={false} value={link} onChange={(e) => setLink(e.target.value)} />}
          </Field>
        )}
        <Field label="Name" error={tried ? errors.name : null}>
          {(control) => (
            <Input {...control} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} value={name} onChange={(e) => setName(e.target.value)} />
          )}
        </Field>
        <NewPassword label="Password" value={password} onChange={setPassword} error={tried ? errors.password : null} />
        <Button type="submit" variant="primary" busy={busy} busyLabel="Making the account">
          Continue
        </Button>
      </form>
    </Frame>
  );
}
