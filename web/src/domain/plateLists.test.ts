import { describe, expect, it } from 'vitest';
import { halfWritten, plateFaults, plateFormFrom, type PlateLists, plateSettingsFrom } from './plateLists';

const settings: PlateLists = {
  version: 3,
  formats: [{ name: 'DE', pattern: '[A-Z]{2,5}[0-9]{1,4}' }],
  replacements: [
    { pattern: '^UK', replacement: '' },
    { pattern: '0$', replacement: 'O' },
  ],
  only_known: true,
  max_corrections: 2,
  allow: [{ plate: 'M-AB 12', label: 'the gardener: mornings' }, { plate: 'X1' }],
  deny: [],
  max_edits: 1,
};

describe('lists of plates', () => {
  it('come back from the form as they were', () => {
    const back = plateSettingsFrom(plateFormFrom(settings), 3);
    expect(back).toEqual({
      version: 3,
      formats: settings.formats,
      replacements: settings.replacements,
      only_known: true,
      max_corrections: 2,
      allow: [
        { plate: 'M-AB 12', label: 'the gardener: mornings' },
        { plate: 'X1', label: '' },
      ],
      deny: [],
      max_edits: 1,
    });
  });

  it('leave out blank lines, and faults are named by the line that people see', () => {
    const form = { ...plateFormFrom(settings), deny: '\n  \nAA 1 : x\n\n--\n' };
    expect(plateSettingsFrom(form, 0).deny).toEqual([
      { plate: 'AA 1', label: 'x' },
      { plate: '--', label: '' },
    ]);
    expect(plateFaults(form, [{ pointer: '/deny/1/plate', detail: 'has no letter or digit' }])).toEqual({ deny: 'Line 5: has no letter or digit' });
    expect(plateFaults(form, [{ pointer: '/deny', detail: 'too many' }, { pointer: '/nothing', detail: 'x' }])).toEqual({ deny: 'too many' });
  });

  it('say when a format or a replacement is only half there', () => {
    const form = plateFormFrom(settings);
    expect(halfWritten(form)).toEqual({});
    expect(halfWritten({ ...form, formats: 'DE = x\nGB' }).formats).toContain('Line 2');
    expect(halfWritten({ ...form, replacements: '\n-> x' }).replacements).toContain('Line 2');
    expect(halfWritten({ ...form, replacements: 'x -> ' })).toEqual({});
  });
});
