import { describe, expect, it } from 'vitest';
import { cropPlacement, hasLetters, plateFilterFrom, plateNarrowing, plateParams, widthForCrop } from './plates';

describe('the search for plates', () => {
  it('is what its address says, and the other way round', () => {
    const address = 'in=uploads&q=AB+12&match=fuzzy&camera=door&range=7d';
    expect(plateParams(plateFilterFrom(new URLSearchParams(address))).toString()).toBe(address);
    expect(plateParams(plateFilterFrom(new URLSearchParams(''))).toString()).toBe('');
  });
  it('takes nonsense for nothing', () => {
    expect(plateFilterFrom(new URLSearchParams('in=nowhere&match=perhaps&range=ever'))).toEqual({ place: 'cameras', text: '', match: 'prefix', cameras: [], range: 'all' });
    expect(plateFilterFrom(new URLSearchParams(`q=${'A'.repeat(50)}`)).text).toHaveLength(32);
  });
  it('is no search without a letter or digit', () => {
    expect([' - ', 'Ä', '7', 'Ж'].map(hasLetters)).toEqual([false, true, true, true]);
  });
  it('names what could be taken away', () => {
    const filter = { place: 'cameras' as const, text: 'AB', match: 'exact' as const, cameras: ['a'], range: '1h' as const };
    expect(plateNarrowing(filter)).toEqual(['some letters, search with “Is like”', 'the camera', 'the time range']);
    expect(plateNarrowing({ place: 'cameras', text: ' ', match: 'fuzzy', cameras: [], range: 'all' })).toEqual([]);
    expect(plateNarrowing({ ...filter, place: 'uploads' })).not.toContain('the camera');
  });
});

describe('the crop of a plate', () => {
  it('puts its middle into the middle of the frame, with a margin around it', () => {
    const place = cropPlacement([0.4, 0.5, 0.1, 0.1], { width: 1000, height: 1000 }, { width: 150, height: 150 });
    expect(place).toEqual({ left: 75 - 0.45 * 1000, top: 75 - 0.55 * 1000, width: 1000, height: 1000 });
  });
  it('fits the narrower side', () => {
    const place = cropPlacement([0, 0, 0.5, 0.1], { width: 1000, height: 1000 }, { width: 150, height: 150 });
    expect(place?.width).toBeCloseTo(200);
  });
  it('is none without an area', () => {
    expect(cropPlacement([0, 0, 0, 0.1], { width: 10, height: 10 }, { width: 10, height: 10 })).toBeNull();
    expect(cropPlacement([0, 0, 0.1, 0.1], { width: 0, height: 0 }, { width: 10, height: 10 })).toBeNull();
  });
  it('asks for as many pixels as it shows', () => {
    expect(widthForCrop([0, 0, 0.5, 0.1], 160)).toBe(320);
    expect(widthForCrop([0, 0, 0.1, 0.02], 160)).toBe(1280);
    expect(widthForCrop([0, 0, 0.001, 0.001], 160)).toBe(1920);
  });
});
