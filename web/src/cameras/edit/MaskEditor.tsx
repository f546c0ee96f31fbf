import { Plus, Redo2, Trash2, Undo2 } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { latestPicture } from '../../api/pictures';
import { plural } from '../../domain/format';
import { firstShape, MOST_SHAPES, type Polygon, shapeFault } from '../../domain/polygon';
import { Button } from '../../ui/button';
import { MaskCanvas } from './MaskCanvas';
import { useMasks } from './useMasks';

const WIDTH = 1280;

interface MaskEditorProps {
  cameraId: string;
  name: string;
  masks: Polygon[];
  error: string | undefined;
  // What lies inside a mask and does not count: "Movement inside a mask is ignored."
  help: string;
  onChange: (masks: Polygon[]) => void;
}

// Areas that do not count: a flag, a tree, a street behind the fence.
export function MaskEditor({ cameraId, name, masks, error, help, onChange }: MaskEditorProps) {
  const helpId = useId();
  const editor = useMasks(masks, onChange);
  const picture = useOnePicture(cameraId);
  const drawing = editor.draft !== null;
  const full = masks.length >= MOST_SHAPES;
  return (
    <section aria-label={name} className="grid gap-3">
      <div>
        <h3 className="font-medium">{name}</h3>
        <p id={helpId} className="text-meta text-muted">
          {help} Arrows move a point, with Shift further; Insert adds one, Delete removes it.
        </p>
      </div>
      {picture === 'none' ? (
        <p className="text-muted">Masks are drawn on a picture of the camera, and there is none yet.</p>
      ) : (
        <>
          <div role="toolbar" aria-label={name} className="flex flex-wrap gap-2">
            <Button disabled={full} aria-pressed={drawing} onClick={() => editor.draw(drawing ? null : [])}>
              <Plus aria-hidden="true" />
              {drawing ? 'Give up' : 'Draw a mask'}
            </Button>
            {!drawing && (
              <Button disabled={full} onClick={() => editor.set([...masks, firstShape()], masks.length)}>
                Add in the middle
              </Button>
            )}
            <Button size="icon" aria-label="Undo" disabled={!editor.canUndo || drawing} onClick={editor.undo}>
              <Undo2 aria-hidden="true" />
            </Button>
            <Button size="icon" aria-label="Redo" disabled={!editor.canRedo || drawing} onClick={editor.redo}>
              <Redo2 aria-hidden="true" />
            </Button>
          </div>
          {picture !== null && <MaskCanvas picture={picture} editor={editor} describedBy={helpId} />}
        </>
      )}
      <p role="status" className="text-muted">
        {drawing
          ? `${plural(editor.draft?.length ?? 0, 'point', 'points')}. Click the first point, or press Enter, to close the mask.`
          : masks.length === 0
            ? 'No mask.'
            : plural(masks.length, 'mask', 'masks')}
      </p>
      {error !== undefined && (
        <p role="alert" className="text-danger">
          {error}
        </p>
      )}
      {masks.length > 0 && (
        <ul className="grid gap-1">
          {masks.map((mask, i) => {
            const fault = shapeFault(mask);
            return (
              <li key={i} className="flex flex-wrap items-center gap-2">
                <Button variant="ghost" aria-pressed={editor.selected === i} className={editor.selected === i ? 'bg-selected font-semibold' : ''} onClick={() => editor.select(i)}>
                  Mask {i + 1}
                </Button>
                <span className="text-meta text-muted">{plural(mask.length, 'point', 'points')}</span>
                {fault !== null && <span className="text-meta text-danger">{fault}</span>}
                <Button
                  className="ml-auto"
                  size="icon"
                  variant="ghost"
                  aria-label={`Delete mask ${i + 1}`}
                  onClick={() => editor.set(masks.filter((_, j) => j !== i), null)}
                >
                  <Trash2 aria-hidden="true" />
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

// One picture to draw on: its address, null while it is on its way, "none" when the camera has none.
function useOnePicture(cameraId: string): string | 'none' | null {
  const [address, setAddress] = useState<string | 'none' | null>(null);
  useEffect(() => {
    const stopper = new AbortController();
    let made: string | null = null;
    void latestPicture(cameraId, WIDTH, stopper.signal).then((picture) => {
      if (stopper.signal.aborted) return;
      if (picture.kind === 'picture') made = URL.createObjectURL(picture.jpeg);
      setAddress(made ?? 'none');
    });
    return () => {
      stopper.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [cameraId]);
  return address;
}
