// What settings that are not saved yet would change about the objects that the server sees now. Settings can only take
// away from what it sees: what the stored ones leave out never reaches the page.
import { labelsOf } from './analysisForm';
import type { Shown } from './overlay';
import { contains, type Polygon } from './polygon';

export interface PreviewRule {
  labels: ReadonlySet<string>;
  confidence: number;
  // For single labels, in the place of `confidence`.
  byLabel: Readonly<Record<string, number>>;
  masks: readonly Polygon[];
}

interface FormLike {
  classes: string;
  confidence: number;
  masks: Polygon[];
}

export const previewRule = (form: FormLike, byLabel: Record<string, number>): PreviewRule => ({
  labels: new Set(labelsOf(form.classes)),
  confidence: form.confidence,
  byLabel,
  masks: form.masks,
});

// The best confidence counts, as it does for the beginning of a track; a mask, where an object stands.
export function wouldStay(box: Pick<Shown, 'x' | 'y' | 'w' | 'h' | 'label' | 'best'>, rule: PreviewRule): boolean {
  if (rule.labels.size > 0 && !rule.labels.has(box.label)) return false;
  if (box.best < (rule.byLabel[box.label] ?? rule.confidence)) return false;
  return !rule.masks.some((mask) => contains(mask, box.x + box.w / 2, box.y + box.h));
}

interface StoredLike {
  confidence: number;
  classes: string[];
  masks: Polygon[];
}

// What saving would let through besides, and what therefore cannot be shown before.
export function hiddenUntilSaved(rule: PreviewRule, stored: StoredLike): string[] {
  const out: string[] = [];
  if (rule.confidence < stored.confidence) out.push('objects with less confidence than the stored one');
  if (stored.classes.length > 0 && (rule.labels.size === 0 || [...rule.labels].some((label) => !stored.classes.includes(label)))) out.push('other labels than the stored ones');
  if (stored.masks.some((mask) => !rule.masks.some((other) => JSON.stringify(other) === JSON.stringify(mask)))) out.push('objects inside the stored masks');
  return out;
}
