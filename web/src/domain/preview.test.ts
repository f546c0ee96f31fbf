import { describe, expect, it } from 'vitest';
import { hiddenUntilSaved, previewRule, wouldStay } from './preview';

const box = { x: 0.4, y: 0.2, w: 0.2, h: 0.3, label: 'person', best: 0.5 };
const lower = [
  [0, 0.4],
  [1, 0.4],
  [1, 1],
  [0, 1],
];
const form = { classes: '', confidence: 0.25, masks: [] as number[][][] };

describe('settings that are not saved yet', () => {
  it('leave out what is less sure than they want, by the best of its track', () => {
    expect(wouldStay(box, previewRule(form, {}))).toBe(true);
    expect(wouldStay(box, previewRule({ ...form, confidence: 0.5 }, {}))).toBe(true);
    expect(wouldStay(box, previewRule({ ...form, confidence: 0.51 }, {}))).toBe(false);
  });
  it('know that single labels have a confidence of their own', () => {
    expect(wouldStay(box, previewRule({ ...form, confidence: 0.9 }, { person: 0.4 }))).toBe(true);
    expect(wouldStay(box, previewRule(form, { person: 0.6, car: 0.1 }))).toBe(false);
  });
  it('leave out labels that nobody looks for', () => {
    expect(wouldStay(box, previewRule({ ...form, classes: 'car, person' }, {}))).toBe(true);
    expect(wouldStay(box, previewRule({ ...form, classes: 'car' }, {}))).toBe(false);
  });
  it('leave out what stands in a mask, not what only reaches into it', () => {
    expect(wouldStay(box, previewRule({ ...form, masks: [lower] }, {}))).toBe(false);
    expect(wouldStay({ ...box, h: 0.19 }, previewRule({ ...form, masks: [lower] }, {}))).toBe(true);
  });
  it('say what they cannot show before they are saved', () => {
    const stored = { confidence: 0.4, classes: ['person'], masks: [lower] };
    expect(hiddenUntilSaved(previewRule({ classes: 'person', confidence: 0.6, masks: [lower] }, {}), stored)).toEqual([]);
    expect(hiddenUntilSaved(previewRule(form, {}), stored)).toHaveLength(3);
    expect(hiddenUntilSaved(previewRule({ classes: 'dog', confidence: 0.4, masks: [lower] }, {}), stored)).toEqual(['other labels than the stored ones']);
  });
});
