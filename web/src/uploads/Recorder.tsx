import { useEffect, useRef, useState } from 'react';
import { useLoopClock } from './useLoopClock';
import { clipName, recordingType } from '../domain/recording';
import { duration } from '../domain/format';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Alert } from '../ui/surface';

interface RecorderProps {
  onDone: (file: File) => void;
  onClose: () => void;
}

// asking → ready → recording → recorded → (again) ready; or failed.
type Phase = { name: 'asking' } | { name: 'ready' } | { name: 'recording'; since: number } | { name: 'recorded'; url: string; file: File } | { name: 'failed'; why: string };

// In pieces, so that an hour does not lie in one.
const PIECE_MS = 1000;

function reasonOf(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') return 'The browser was told not to use the camera. Allow it for this page, then try again.';
  if (name === 'NotFoundError') return 'This device has no camera that the browser knows of.';
  if (name === 'NotReadableError') return 'Another program uses the camera. Close it, then try again.';
  return 'The camera could not be opened.';
}

async function openCamera(): Promise<MediaStream> {
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'environment' };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: true });
  } catch (error) {
    // Some have no microphone, or do not want to be heard.
    if (error instanceof DOMException && error.name === 'NotFoundError') return navigator.mediaDevices.getUserMedia({ video });
    throw error;
  }
}

// Records with this device's camera, and hands in what was recorded like any other file.
export function Recorder({ onDone, onClose }: RecorderProps) {
  const [phase, setPhase] = useState<Phase>({ name: 'asking' });
  const [turn, setTurn] = useState(0);
  const preview = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream | null>(null);
  const recorder = useRef<MediaRecorder | null>(null);
  const now = useLoopClock(phase.name === 'recording');

  useEffect(() => {
    let gone = false;
    const close = () => {
      gone = true;
      if (recorder.current?.state === 'recording') recorder.current.stop();
      for (const track of stream.current?.getTracks() ?? []) track.stop();
      stream.current = null;
    };
    openCamera().then(
      (opened) => {
        if (gone) return opened.getTracks().forEach((track) => track.stop());
        stream.current = opened;
        if (preview.current !== null) preview.current.srcObject = opened;
        setPhase({ name: 'ready' });
      },
      (error: unknown) => {
        if (!gone) setPhase({ name: 'failed', why: reasonOf(error) });
      },
    );
    return close;
  }, [turn]);

  const url = phase.name === 'recorded' ? phase.url : null;
  useEffect(() => (url === null ? undefined : () => URL.revokeObjectURL(url)), [url]);

  const record = () => {
    const source = stream.current;
    if (source === null) return;
    const pieces: Blob[] = [];
    const type = recordingType((each) => MediaRecorder.isTypeSupported(each));
    const made = new MediaRecorder(source, type === '' ? {} : { mimeType: type });
    recorder.current = made;
    made.ondataavailable = ({ data }) => {
      if (data.size > 0) pieces.push(data);
    };
    made.onerror = () => setPhase({ name: 'failed', why: 'The recording broke off.' });
    made.onstop = () => {
      // Closed meanwhile.
      if (stream.current === null) return;
      const kind = made.mimeType.split(';')[0] ?? 'video/webm';
      const file = new File(pieces, clipName(new Date(), kind), { type: kind });
      if (file.size === 0) return setPhase({ name: 'failed', why: 'Nothing was recorded.' });
      // Nobody is to be watched any longer.
      for (const track of source.getTracks()) track.stop();
      setPhase({ name: 'recorded', url: URL.createObjectURL(file), file });
    };
    made.start(PIECE_MS);
    setPhase({ name: 'recording', since: Date.now() });
  };
  const again = () => {
    setPhase({ name: 'asking' });
    setTurn(turn + 1);
  };

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Record with this device"
      required={phase.name === 'recording'}
      footer={
        <>
          {phase.name === 'ready' && (
            <Button variant="primary" onClick={record}>
              Record
            </Button>
          )}
          {phase.name === 'recording' && (
            <Button variant="primary" onClick={() => recorder.current?.stop()}>
              Stop
            </Button>
          )}
          {(phase.name === 'recorded' || phase.name === 'failed') && <Button onClick={again}>{phase.name === 'failed' ? 'Try again' : 'Record again'}</Button>}
          {phase.name === 'recorded' && (
            <Button variant="primary" onClick={() => onDone(phase.file)}>
              Hand it in
            </Button>
          )}
        </>
      }
    >
      {phase.name === 'failed' ? (
        <Alert tone="danger" title="There is no picture">
          {phase.why}
        </Alert>
      ) : phase.name === 'recorded' ? (
        <video key="recorded" src={phase.url} controls playsInline aria-label="What was recorded" className="aspect-video w-full rounded-picture bg-well" />
      ) : (
        <video key="preview" ref={preview} autoPlay muted playsInline aria-label="What the camera sees" className="aspect-video w-full rounded-picture bg-well" />
      )}
      <p role="status" className="figures text-muted">
        {phase.name === 'asking' && 'Waiting for the camera. The browser may ask you.'}
        {phase.name === 'recording' && `Recording, ${duration((now - phase.since) / 1000)}`}
      </p>
    </Dialog>
  );
}
