import { useMemo, useState } from 'react';
import type { Camera } from '../../api/types';
import type { AnalysisForm } from '../../domain/analysisForm';
import { plural } from '../../domain/format';
import { hiddenUntilSaved, previewRule, wouldStay } from '../../domain/preview';
import type { BoxFilter } from '../../player/Overlay';
import { Picture } from '../../player/Picture';
import { useCamera } from '../../queries/cameras';

const PREVIEW_MS = 300;

// The live picture with the boxes that the settings in the form would leave, before they are saved.
export function AnalysisPreview({ camera, form }: { camera: Camera; form: AnalysisForm }) {
  // The form is filled in from a camera that was read once; its picture needs to know how it is now.
  const now = useCamera(camera.id).data ?? camera;
  const [seen, setSeen] = useState({ shown: 0, leftOut: 0 });
  const { classes, confidence, masks } = form;
  const stored = camera.analysis;
  const rule = useMemo(() => previewRule({ classes, confidence, masks }, stored.class_confidence as Record<string, number>), [classes, confidence, masks, stored]);
  const filter = useMemo<BoxFilter>(
    () => ({
      stays: (box) => wouldStay(box, rule),
      onCount: (shown, leftOut) => setSeen((before) => (before.shown === shown && before.leftOut === leftOut ? before : { shown, leftOut })),
    }),
    [rule],
  );
  const hidden = hiddenUntilSaved(rule, stored);
  return (
    <section aria-label="Preview" className="grid gap-2">
      <div>
        <h3 className="font-medium">Preview</h3>
        <p className="text-meta text-muted">
          {stored.enabled
            ? 'What the camera sees now. Confidence, labels and object masks are tried out here at once, before they are saved; everything else counts once it is saved. Dashed: left out.'
            : 'Boxes appear here once “Detect objects” is saved.'}
        </p>
      </div>
      <div className="aspect-video w-full overflow-hidden rounded-picture bg-well">
        <Picture camera={now} intervalMs={PREVIEW_MS} paused={false} badges={false} boxes filter={filter} named={false} fit="fill" />
      </div>
      {stored.enabled && (
        <p className="figures text-muted" data-preview="">
          {`${plural(seen.shown, 'object', 'objects')}${seen.leftOut > 0 ? `, ${seen.leftOut} left out` : ''}`}
        </p>
      )}
      {stored.enabled && hidden.length > 0 && <p className="text-meta text-muted">Only after saving: {hidden.join(', ')}.</p>}
    </section>
  );
}
