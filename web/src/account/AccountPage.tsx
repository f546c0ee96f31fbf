import { type FormEvent, useState } from 'react';
import { changePassword, logout } from '../api/auth';
import { duration, plural } from '../domain/format';
import { LEAST_LENGTH } from '../domain/password';
import { useSystem } from '../queries/cameras';
import { type Theme, useDevice } from '../stores/device';
import { canSignOut, useSession } from '../stores/session';
import { useToasts } from '../stores/toasts';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Page } from '../ui/page';
import { Alert, Card } from '../ui/surface';
import { Switch } from '../ui/switch';
import { ToggleGroup } from '../ui/toggle-group';
import { NewPassword } from './NewPassword';

const THEMES: { value: Theme; label: string }[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

export default function AccountPage() {
  const user = useSession((state) => state.user);
  const signedOut = useSession((state) => state.signedOut);
  const show = useToasts((state) => state.show);
  const device = useDevice();
  const [leaving, setLeaving] = useState(false);

  const leave = async () => {
    setLeaving(true);
    const result = await logout();
    setLeaving(false);
    if (result.kind !== 'ok') {
      show('danger', "Couldn't sign out: the server does not answer. Try again in a moment.");
      return;
    }
    signedOut();
  };
  return (
    <Page title="Account">
      <div className="grid max-w-3xl gap-4">
        <Card className="flex flex-wrap items-center gap-4">
          <div className="mr-auto">
            <h2 className="text-section font-semibold">{canSignOut(user) ? user?.name : 'No sign-in'}</h2>
            <p className="text-muted">
              {canSignOut(user) ? `Role: ${user?.role ?? ''}` : 'This server asks nobody to sign in; everybody who reaches it may do everything.'}
            </p>
          </div>
          {canSignOut(user) && (
            <Button busy={leaving} busyLabel="Signing out" onClick={() => void leave()}>
              Sign out
            </Button>
          )}
        </Card>
        <Card className="grid gap-3">
          <h2 className="text-section font-semibold">This browser</h2>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <span className="font-medium">Colours</span>
            <ToggleGroup label="Colours" value={device.theme} options={THEMES} onChange={device.setTheme} />
          </div>
          <Switch label="Single-letter keys" hint="Press ? on any page for its keys." checked={device.letters} onChange={device.setLetters} />
          <Switch label="Figures on pictures" hint="Rate and motion, as with the key i." checked={device.badges} onChange={device.setBadges} />
        </Card>
        {user?.kind === 'user' && <PasswordCard />}
        <ServerCard />
      </div>
    </Page>
  );
}

function PasswordCard() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const show = useToasts((state) => state.show);
  const tooShort = [...next].length < LEAST_LENGTH;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || current === '' || tooShort) return;
    setBusy(true);
    setFault(null);
    const result = await changePassword(current, next);
    setBusy(false);
    if (result.kind === 'ok') {
      setCurrent('');
      setNext('');
      setTried(false);
      show('ok', 'The password was changed. Other sign-ins of this account have ended.');
    } else if (result.kind === 'problem') setFault(result.detail);
    else setFault('The server does not answer. Try again in a moment.');
  };
  return (
    <Card>
      <form className="grid gap-4" onSubmit={(event) => void submit(event)} noValidate>
        <h2 className="text-section font-semibold">Password</h2>
        {fault !== null && (
          <Alert tone="danger" role="alert">
            {fault}
          </Alert>
        )}
        <Field label="Present password" error={tried && current === '' ? 'Type your present password.' : null}>
          {(control) => <Input {...control} type="password" autoComplete="current-password" value={current} onChange={(e) => setCurrent(e.target.value)} />}
        </Field>
        <NewPassword label="New password" value={next} onChange={setNext} error={tried && tooShort ? `At least ${LEAST_LENGTH} characters.` : null} />
        <div>
          <Button type="submit" busy={busy} busyLabel="Changing">
            Change password
          </Button>
        </div>
      </form>
    </Card>
  );
}

function ServerCard() {
  const system = useSystem().data;
  if (system === undefined) return null;
  return (
    <Card className="grid gap-2">
      <h2 className="text-section font-semibold">Server</h2>
      <p className="figures text-muted">
        Vigil {system.version}, running for {duration(system.uptime_seconds)}, {plural(system.cameras.total, 'camera', 'cameras')}
      </p>
      {system.status !== 'ok' && (
        <Alert tone={system.status === 'failing' ? 'danger' : 'warn'} title={system.status === 'failing' ? 'The server has a fault.' : 'The server is not quite well.'}>
          <ul>
            {system.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Alert>
      )}
    </Card>
  );
}
