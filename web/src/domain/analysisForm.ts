// Analysis settings while somebody edits them. Structural types only. What the page does not show (sizes, confidences of
// single labels) is left as it is stored.
import type { Polygon } from './polygon';

export const RATE_MODES = ['adaptive', 'fixed_fps', 'every_frame', 'every_nth', 'economic'] as const;
export type RateMode = (typeof RATE_MODES)[number];

export const RATE_WORDS: Record<RateMode, { word: string; hint: string }> = {
  adaptive: { word: 'As many as the machine can', hint: 'Up to the rate below; fewer while the server is busy, so that it stays near live.' },
  fixed_fps: { word: 'A fixed rate', hint: 'Evenly, at most the rate below.' },
  every_frame: { word: 'Every frame', hint: 'Costs most.' },
  every_nth: { word: 'One in so many frames', hint: 'The first of each group of frames.' },
  economic: { word: 'One a second, economic', hint: 'Key frames only; nothing else is decoded. For many cameras on a small machine.' },
};

export interface AnalysisForm {
  enabled: boolean;
  model: string;
  mode: RateMode;
  fps: string;
  nth: string;
  // Labels, separated by commas; empty: all.
  classes: string;
  confidence: number;
  masks: Polygon[];
  tiling: boolean;
  motionGate: boolean;
  appearance: boolean;
  attributes: boolean;
  plates: boolean;
  scene: boolean;
}

export interface StoredAnalysis {
  enabled: boolean;
  model: string;
  rate: { mode: RateMode; nth: number; fps: number };
  classes: string[];
  confidence: number;
  masks: Polygon[];
  tiling: boolean;
  motion_gate: boolean;
  appearance: boolean;
  attributes: boolean;
  plates: boolean;
  scene: boolean;
}

// A camera added with the page is looked at, unless somebody says no.
export const emptyAnalysis = (): AnalysisForm => ({
  enabled: true,
  model: '',
  mode: 'adaptive',
  fps: '10',
  nth: '1',
  classes: '',
  confidence: 0.5,
  masks: [],
  tiling: false,
  motionGate: true,
  appearance: false,
  attributes: false,
  plates: false,
  scene: false,
});

export const analysisFormOf = (stored: StoredAnalysis): AnalysisForm => ({
  enabled: stored.enabled,
  model: stored.model,
  mode: stored.rate.mode,
  fps: String(stored.rate.fps),
  nth: String(stored.rate.nth),
  classes: stored.classes.join(', '),
  confidence: stored.confidence,
  masks: stored.masks,
  tiling: stored.tiling,
  motionGate: stored.motion_gate,
  appearance: stored.appearance,
  attributes: stored.attributes,
  plates: stored.plates,
  scene: stored.scene,
});

export const labelsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  ),
];

export const analysisRequest = (form: AnalysisForm) => ({
  enabled: form.enabled,
  model: form.model.trim(),
  rate: { mode: form.mode, nth: Number(form.nth), fps: Number(form.fps) },
  classes: labelsOf(form.classes),
  confidence: form.confidence,
  masks: form.masks,
  tiling: form.tiling,
  motion_gate: form.motionGate,
  appearance: form.appearance,
  attributes: form.attributes,
  plates: form.plates,
  scene: form.scene,
});

const isNumber = (text: string, least: number, most: number): boolean => text.trim() !== '' && Number(text) >= least && Number(text) <= most;

export function analysisErrors(form: AnalysisForm): { fps?: string; nth?: string; classes?: string } {
  const errors: { fps?: string; nth?: string; classes?: string } = {};
  if (!isNumber(form.fps, 0.1, 120)) errors.fps = 'A number from 0.1 to 120.';
  if (!isNumber(form.nth, 1, 1000) || !Number.isInteger(Number(form.nth))) errors.nth = 'A whole number from 1 to 1000.';
  if (labelsOf(form.classes).some((label) => label.length > 64)) errors.classes = 'A label has at most 64 characters.';
  return errors;
}
