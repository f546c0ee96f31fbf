import { useEffect, useRef, useState } from 'react';
import { probeCamera } from '../api/cameras';
import type { Failure } from '../api/result';
import type { ProbeReport, ProbeRequest } from '../api/types';
import { type CameraForm, fingerprintOf } from '../domain/cameraForm';
import { isHandedIn } from '../domain/source';

export interface Probe {
  state: 'idle' | 'running' | 'done' | 'failed';
  report: ProbeReport | null;
  failure: Failure | null;
  run: (form: CameraForm, cameraId?: string) => void;
  reset: () => void;
}

// One check of a source at a time; leaving the page or starting anew gives the one before up.
export function useProbe(): Probe {
  const [outcome, setOutcome] = useState<{ state: Probe['state']; report: ProbeReport | null; failure: Failure | null }>({
    state: 'idle',
    report: null,
    failure: null,
  });
  const stopper = useRef<AbortController | null>(null);
  useEffect(() => () => stopper.current?.abort(), []);

  const run = (form: CameraForm, cameraId?: string) => {
    if (isHandedIn(form.sourceType) || form.sourceType === 'file' || form.sourceType === 'v4l2') return;
    stopper.current?.abort();
    const own = new AbortController();
    stopper.current = own;
    setOutcome({ state: 'running', report: null, failure: null });
    const request: ProbeRequest = { source_type: form.sourceType, source_url: form.url.trim(), timeout: 10 };
    if (form.username.trim() !== '') request.username = form.username.trim();
    if (form.password !== '') request.password = form.password;
    if (form.sourceType === 'rtsp') {
      request.transport = form.transport;
      request.rtsp_engine = form.rtspEngine;
      request.tls_fingerprint = fingerprintOf(form);
    }
    if (cameraId !== undefined) request.camera_id = cameraId;
    void probeCamera(request, own.signal).then((result) => {
      if (own.signal.aborted) return;
      if (result.kind === 'ok') setOutcome({ state: 'done', report: result.data, failure: null });
      else setOutcome({ state: 'failed', report: null, failure: result });
    });
  };
  const reset = () => {
    stopper.current?.abort();
    setOutcome({ state: 'idle', report: null, failure: null });
  };
  return { ...outcome, run, reset };
}
