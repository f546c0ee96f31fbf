import { describe, expect, it } from 'vitest';
import { analysisErrors, analysisFormOf, analysisRequest, emptyAnalysis, labelsOf } from './analysisForm';

describe('analysis settings', () => {
  it('come back as they were stored', () => {
    const stored = {
      enabled: false,
      model: 'yolox-nano',
      rate: { mode: 'every_nth' as const, nth: 3, fps: 7.5 },
      classes: ['person', 'dog'],
      confidence: 0.4,
      masks: [],
      tiling: true,
      motion_gate: false,
      appearance: true,
      attributes: false,
      plates: true,
      scene: false,
    };
    expect(analysisRequest(analysisFormOf(stored))).toEqual(stored);
  });
  it('take labels as people write them', () => {
    expect(labelsOf(' person,car ,, traffic light,car')).toEqual(['person', 'car', 'traffic light']);
    expect(labelsOf('')).toEqual([]);
  });
  it('know what the server would refuse', () => {
    expect(analysisErrors(emptyAnalysis())).toEqual({});
    expect(analysisErrors({ ...emptyAnalysis(), fps: '0', nth: '1.5', classes: 'x'.repeat(65) })).toEqual({
      fps: expect.any(String) as string,
      nth: expect.any(String) as string,
      classes: expect.any(String) as string,
    });
  });
});
