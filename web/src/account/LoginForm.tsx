import { type FormEvent, useEffect, useRef, useState } from 'react';
import { login } from '../api/auth';
import type { Failure } from '../api/result';
import type { Me } from '../api/types';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Alert } from '../ui/surface';

interface LoginFormProps {
  name: string;
  onDone: (user: Me) => void;
}

export function loginFault(failure: Failure): string {
  if (failure.kind !== 'problem') return 'The server does not answer. Try again in a moment.';
  if (failure.status === 401) return 'Name or password is wrong.';
  if (failure.status === 429) return 'Too many tries.';
  return failure.detail;
}

export function LoginForm({ name: known, onDone }: LoginFormProps) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [waitS, setWaitS] = useState(0);
  const summary = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (waitS <= 0) return undefined;
    const timer = setTimeout(() => setWaitS(waitS - 1), 1000);
    return () => clearTimeout(timer);
  }, [waitS]);
  useEffect(() => {
    if (fault !== null) summary.current?.focus();
  }, [fault]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || waitS > 0) return;
    if (name.trim() === '' || password === '') {
      setFault('Type your name and your password.');
      return;
    }
    setBusy(true);
    setFault(null);
    const result = await login(name.trim(), password);
    setBusy(false);
    if (result.kind === 'ok') {
      onDone(result.data.user);
      return;
    }
    setPassword('');
    setFault(loginFault(result));
    if (result.kind === 'problem' && result.retryAfterS !== null) setWaitS(Math.ceil(result.retryAfterS));
  };

  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)} noValidate>
      {fault !== null && (
        <Alert tone="danger" ref={summary} tabIndex={-1} role="alert">
          {fault}
          {waitS > 0 && <span className="figures"> Next try in {waitS} s.</span>}
        </Alert>
      )}
      <Field label="Name">
        {(control) => (
          <Input {...control} name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} value={name} onChange={(e) => setName(e.target.value)} />
        )}
      </Field>
      <Field label="Password">
        {(control) => (
          <Input {...control} type="password" name="password" autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} />
        )}
      </Field>
      <Button type="submit" variant="primary" busy={busy} busyLabel="Signing in" disabled={waitS > 0}>
        Sign in
      </Button>
    </form>
  );
}
