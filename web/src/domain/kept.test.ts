import { describe, expect, it } from 'vitest';
import { goingLines, isNothingOwn, keptFaults, keptFor, keptFormFrom, type KeptForm, keptText, NOTHING_OWN, ownerOf, ownerPhrase, ownersFrom, readKept, sameForm, unitsFor } from './kept';

const DAY = 86_400;
const nobodys: KeptForm = keptFormFrom(NOTHING_OWN);
const filesOf = (amount: string, unit: KeptForm['files']['unit']) => readKept({ ...nobodys, files: { amount, unit } });

describe('for how long something is kept', () => {
  it('is said in the largest unit that it is a whole number of', () => {
    expect([0, 1, 90, 120, 5400, 3600, 36 * 3600, DAY, 30 * DAY, 36_600 * DAY].map(keptText)).toEqual([
      'for ever',
      '1 second',
      '90 seconds',
      '2 minutes',
      '90 minutes',
      '1 hour',
      '36 hours',
      '1 day',
      '30 days',
      '36,600 days',
    ]);
  });

  it('comes back from the form as it was, to the second', () => {
    for (const own of [NOTHING_OWN, { files: 0, pictures: 1, findings: 5400, jobs: null }, { files: 30 * DAY, pictures: 36 * 3600, findings: 86_399, jobs: 3_162_240_000 }]) {
      expect(readKept(keptFormFrom(own))).toEqual({ kept: own, faults: {} });
    }
  });

  it('is entered in days and hours, with parts of them, and empty is as for everybody', () => {
    expect(filesOf('1.5', 'days').kept.files).toBe(36 * 3600);
    expect(filesOf(' 12 ', 'hours').kept.files).toBe(12 * 3600);
    expect(filesOf('  ', 'hours').kept.files).toBeNull();
    expect(filesOf('whatever stood there', 'ever').kept.files).toBe(0);
    expect(unitsFor('hours')).toEqual(['days', 'hours', 'ever']);
    expect(unitsFor('seconds')).toEqual(['days', 'hours', 'seconds', 'ever']);
  });

  it('is refused with a sentence where it is no time', () => {
    for (const text of ['x', '-3', '1,5', '1e3', '3 d', '.5', 'Infinity']) expect(filesOf(text, 'days').faults.files).toMatch(/^Enter a number/);
    for (const text of ['0', '0.0', '0.000001']) expect(filesOf(text, 'days').faults.files).toMatch(/^Enter more than 0/);
    expect(filesOf('36601', 'days').faults.files).toBe('Enter at most 36,600 days, or choose “for ever”.');
    expect(filesOf('36600', 'days').faults).toEqual({});
    expect(filesOf('878401', 'hours').faults.files).toMatch(/^Enter at most 878,400 hours/);
    expect(readKept({ ...nobodys, files: { amount: 'x', unit: 'days' }, jobs: { amount: '0', unit: 'hours' } }).faults).toHaveProperty('jobs');
  });

  it('holds for an owner as it is said of them, and else as for everybody', () => {
    const everybody = { files: 30 * DAY, pictures: 7 * DAY, findings: 0, jobs: DAY };
    expect(keptFor(everybody, { files: 0, pictures: null, findings: DAY, jobs: null })).toEqual({ files: 0, pictures: 7 * DAY, findings: DAY, jobs: DAY });
    expect(isNothingOwn(NOTHING_OWN)).toBe(true);
    // For ever is something.
    expect(isNothingOwn({ ...NOTHING_OWN, jobs: 0 })).toBe(false);
    expect(sameForm(nobodys, keptFormFrom(NOTHING_OWN))).toBe(true);
    expect(sameForm(nobodys, { ...nobodys, jobs: { amount: '', unit: 'ever' } })).toBe(false);
  });
});

describe('what goes when times change', () => {
  const before = { files: 0, pictures: 2 * DAY, findings: 2 * DAY, jobs: 0 };

  it('is said of each time that becomes shorter, and of no other', () => {
    expect(goingLines(before, before)).toEqual([]);
    expect(goingLines(before, { files: 0, pictures: 0, findings: 3 * DAY, jobs: 0 })).toEqual([]);
    const lines = goingLines(before, { files: 36_600 * DAY, pictures: DAY, findings: 36 * 3600, jobs: 3600 });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toContain('more than 36,600 days ago, with everything made of them');
    expect(lines[1]).toContain('more than 1 day ago');
    expect(lines[2]).toContain('more than 36 hours ago');
    expect(lines[3]).toContain('more than 1 hour ago');
  });
});

describe('owners', () => {
  const owners = ownersFrom(
    [
      { id: 'u2', name: 'zoe' },
      { id: 'u1', name: 'Ana' },
    ],
    [{ id: 'k1', name: 'backup' }],
  );

  it('are users, API keys and whoever comes without sign-in, by name', () => {
    expect(owners.map(({ id }) => id)).toEqual(['u1', 'u2', 'k1', 'local']);
    expect(owners.map(ownerPhrase)).toEqual(['Ana', 'zoe', 'the API key backup', 'uploads without sign-in']);
  });

  it('that are gone are said to be', () => {
    expect(ownerOf(owners, 'k1').name).toBe('backup');
    expect(ownerOf(owners, 'u9')).toEqual({ id: 'u9', kind: 'gone', name: 'Somebody who is gone' });
    expect(ownerPhrase(ownerOf(owners, 'u9'))).toBe('somebody who is gone');
  });
});

describe('what the server does not accept', () => {
  it('stands at its field, or with the rest', () => {
    expect(
      keptFaults([
        { pointer: '/files', detail: 'too large' },
        { pointer: '/files', detail: 'second' },
        { pointer: '', detail: 'makes no sense' },
      ]),
    ).toEqual({ fields: { files: 'too large' }, rest: ['makes no sense'] });
  });
});
