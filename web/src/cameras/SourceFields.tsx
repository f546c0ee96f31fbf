import { useState } from 'react';
import { type CameraForm, type FormErrors, mayPinCertificate, type RtspEngine, type Transport } from '../domain/cameraForm';
import { guessSourceType, isHandedIn, parseAddress, SOURCE_KINDS, sourceName, type SourceType } from '../domain/source';
import { Field, Input, Select } from '../ui/field';

interface SourceFieldsProps {
  form: CameraForm;
  errors: FormErrors;
  onChange: (change: Partial<CameraForm>) => void;
  // The camera has a password that is never shown.
  hasPassword: boolean;
}

export function SourceFields({ form, errors, onChange, hasPassword }: SourceFieldsProps) {
  const [guessed, setGuessed] = useState<SourceType | null>(null);
  const configured = form.sourceType === 'file' || form.sourceType === 'v4l2';
  const push = isHandedIn(form.sourceType);
  const kind = SOURCE_KINDS.find((entry) => entry.type === form.sourceType);

  // A pasted user name and password go to their own boxes, so that the password does not stay readable in the address.
  const takeAddress = (text: string, split: boolean) => {
    const guess = guessSourceType(text.includes('://') ? text : parseAddress(text).url);
    const change: Partial<CameraForm> = { url: text };
    if (split) {
      const address = parseAddress(text);
      change.url = address.url;
      if (address.username !== '') change.username = address.username;
      if (address.password !== '') change.password = address.password;
    }
    if (guess !== null && guess !== form.sourceType && !(form.sourceType === 'snapshot' && guess === 'mjpeg')) {
      change.sourceType = guess;
      setGuessed(guess);
    }
    onChange(change);
  };

  if (configured) {
    return (
      <p className="text-muted">
        {sourceName(form.sourceType)}: <span className="mono text-text">{form.url}</span>. Set in the server's own configuration; its address is not changed here.
      </p>
    );
  }
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {!push && (
        <Field
          className="sm:col-span-2"
          label="Address"
          error={errors.url}
          hint={kind !== undefined && kind.example !== '' ? <>Such as <span className="mono">{kind.example}</span></> : undefined}
        >
          {(control) => (
            <Input
              {...control}
              className="mono"
              inputMode="url"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={form.url}
              onChange={(event) => takeAddress(event.target.value, false)}
              onPaste={(event) => {
                const text = event.clipboardData.getData('text');
                if (!/:\/\//.test(text) || event.currentTarget.selectionEnd !== event.currentTarget.value.length) return;
                if (event.currentTarget.value !== '' && event.currentTarget.selectionStart !== 0) return;
                event.preventDefault();
                takeAddress(text, true);
              }}
              onBlur={(event) => {
                if (event.target.value.trim() !== '') takeAddress(event.target.value, true);
              }}
            />
          )}
        </Field>
      )}
      <Field
        className="sm:col-span-2"
        label="Source type"
        hint={guessed === form.sourceType && !push ? 'Guessed from the address. Change it if it is wrong.' : kind?.hint}
      >
        {(control) => (
          <Select
            {...control}
            value={form.sourceType}
            onChange={(event) => {
              setGuessed(null);
              onChange({ sourceType: event.target.value as SourceType });
            }}
          >
            {SOURCE_KINDS.map(({ type, name }) => (
              <option key={type} value={type}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {!push && (
        <>
          <Field label="User name" optional error={errors.username}>
            {(control) => (
              <Input {...control} autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={256} value={form.username} onChange={(e) => onChange({ username: e.target.value })} />
            )}
          </Field>
          <Field
            label="Password"
            optional={!hasPassword}
            error={errors.password}
            hint={hasPassword ? 'A password is set. Leave empty to keep it.' : 'Stored encrypted and never shown again.'}
          >
            {(control) => (
              <Input {...control} type="password" autoComplete="new-password" maxLength={256} value={form.password} onChange={(e) => onChange({ password: e.target.value })} />
            )}
          </Field>
        </>
      )}
      {form.sourceType === 'rtsp' && (
        <>
          <Field label="Transport" hint="Automatic takes TCP, then UDP.">
            {(control) => (
              <Select {...control} value={form.transport} onChange={(e) => onChange({ transport: e.target.value as Transport })}>
                <option value="auto">Automatic</option>
                <option value="tcp">TCP only</option>
                <option value="udp">UDP only</option>
              </Select>
            )}
          </Field>
          <Field label="RTSP client" hint="Vigil's own, unless a camera gives no picture with it.">
            {(control) => (
              <Select {...control} value={form.rtspEngine} onChange={(e) => onChange({ rtspEngine: e.target.value as RtspEngine })}>
                <option value="native">Vigil's own</option>
                <option value="libav">libavformat</option>
              </Select>
            )}
          </Field>
        </>
      )}
      {mayPinCertificate(form) && (
        <Field
          className="sm:col-span-2"
          label="Fingerprint of the camera's certificate"
          optional
          error={errors.tlsFingerprint}
          hint="SHA-256. This certificate and no other is trusted then. Without it a camera in a private network is not checked."
        >
          {(control) => (
            <Input
              {...control}
              className="mono"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={95}
              value={form.tlsFingerprint}
              onChange={(e) => onChange({ tlsFingerprint: e.target.value })}
            />
          )}
        </Field>
      )}
      {form.sourceType === 'snapshot' && (
        <Field label="Seconds between two pictures" error={errors.pollInterval}>
          {(control) => <Input {...control} className="figures" inputMode="decimal" value={form.pollInterval} onChange={(e) => onChange({ pollInterval: e.target.value })} />}
        </Field>
      )}
    </div>
  );
}
