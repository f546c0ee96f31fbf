import { Upload, Video } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { bytes } from '../domain/format';
import { canRecord } from '../domain/recording';
import { ACCEPT, KINDS } from '../domain/transfer';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { Recorder } from './Recorder';

interface DropAreaProps {
  // Of one file; null: not known.
  mostBytes: number | null;
  onFiles: (files: File[]) => void;
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

// Files by drag and drop, by choice, or straight from a camera: a phone has a program for that, elsewhere the browser records itself.
export function DropArea({ mostBytes, onFiles }: DropAreaProps) {
  const [over, setOver] = useState(false);
  const [recording, setRecording] = useState(false);
  const choice = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = '';
    if (files.length > 0) onFiles(files);
  };
  return (
    <section
      aria-label="Hand in videos"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.currentTarget.contains(event.relatedTarget as Node | null)) return;
        setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
      className={cn('grid justify-items-center gap-3 rounded-card border-2 border-dashed border-control p-6 text-center', over && 'border-accent bg-selected')}
    >
      <p className="max-sm:hidden">{over ? 'Let go to upload' : 'Drop videos here'}</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button variant="primary" onClick={() => choice.current?.click()}>
          <Upload aria-hidden="true" />
          Choose videos
        </Button>
        <Button className="hidden coarse:inline-flex" onClick={() => camera.current?.click()}>
          <Video aria-hidden="true" />
          Record with this device
        </Button>
        {canRecord() && (
          <Button className="coarse:hidden" onClick={() => setRecording(true)}>
            <Video aria-hidden="true" />
            Record
          </Button>
        )}
      </div>
      <p className="text-meta text-muted">
        {KINDS}
        {mostBytes !== null && `, at most ${bytes(mostBytes)} each`}
      </p>
      <input ref={choice} type="file" multiple hidden accept={ACCEPT} aria-label="Videos to upload" onChange={(event) => take(event.currentTarget)} />
      <input ref={camera} type="file" hidden accept="video/*" capture="environment" aria-label="Video from this device" onChange={(event) => take(event.currentTarget)} />
      {recording && (
        <Recorder
          onClose={() => setRecording(false)}
          onDone={(file) => {
            setRecording(false);
            onFiles([file]);
          }}
        />
      )}
    </section>
  );
}
