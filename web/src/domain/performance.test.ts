import { describe, expect, it } from 'vitest';
import { latencyRows, milliseconds, modelOptions, rate, strangeLabels } from './performance';

describe('how the analysis goes', () => {
  it('is told from end to end and by stage, in the order in which a frame goes through them', () => {
    const one = { p50: 1, p95: 2.25, p99: 12.5 };
    const rows = latencyRows({ p50: 30, p95: 60, p99: 149.6 }, { track: one, colour: one, queued: one, infer: one });
    expect(rows.map(({ name }) => name)).toEqual(['From packet to result', 'Queued', 'Model', 'Track', 'colour']);
    expect(rows[0]?.cells).toEqual(['30', '60', '150']);
    expect(rows[1]?.cells).toEqual(['1', '2.3', '13']);
  });
  it('calls nothing a second zero, and what is not a number unknown', () => {
    expect(rate(0)).toBe('0 fps');
    expect(rate(12.46)).toBe('12 fps');
    expect(rate(7.5)).toBe('7.5 fps');
    expect(milliseconds(NaN)).toBe('–');
  });
});

describe('the models to choose from', () => {
  const model = (name: string, more: object = {}) => ({ name, version: '1', title: '', labels: ['person', 'car'], default: false, problem: '', ...more });
  const models = [model('classic', { title: 'Built-in', labels: ['person'] }), model('yolox-nano', { default: true }), model('broken', { problem: 'its checksum is wrong' })];
  it('begin with the default; what cannot be used cannot be chosen, and says why', () => {
    expect(modelOptions(models, 'yolox-nano', '')).toEqual([
      { value: '', text: 'The default: yolox-nano', disabled: false },
      { value: 'classic', text: 'Built-in (classic)', disabled: false },
      { value: 'yolox-nano', text: 'yolox-nano', disabled: false },
      { value: 'broken', text: 'broken: its checksum is wrong', disabled: true },
    ]);
  });
  it('keep what the camera names, installed or not', () => {
    expect(modelOptions(models, '', 'gone').at(-1)).toEqual({ value: 'gone', text: 'gone: not installed', disabled: false });
    expect(modelOptions(models, '', 'broken').at(-1)).toMatchObject({ value: 'broken', disabled: false });
  });
  it('carry their version where there are several', () => {
    expect(modelOptions([model('a'), model('a', { version: '2' })], 'a', 'a@2').map(({ value }) => value)).toEqual(['', 'a@1', 'a@2']);
  });
  it('tell which labels they do not know', () => {
    expect(strangeLabels(['person', 'dog'], models, '')).toEqual(['dog']);
    expect(strangeLabels(['car'], models, 'classic')).toEqual(['car']);
    expect(strangeLabels(['car'], models, 'classic@1')).toEqual(['car']);
    expect(strangeLabels(['dog'], models, 'gone')).toEqual([]);
    expect(strangeLabels(['dog'], [model('a', { labels: [] })], 'a')).toEqual([]);
  });
});
