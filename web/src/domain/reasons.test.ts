import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REASONS, reasonText, STEP_LABELS } from './reasons';

const contract = parse(readFileSync('../docs/ref/openapi.yaml', 'utf8')) as {
  components: { schemas: { FailureReason: { enum: string[] } } };
};
const known = contract.components.schemas.FailureReason.enum;

describe('the reasons of a camera', () => {
  it('are exactly those of the contract', () => {
    expect(Object.keys(REASONS).sort()).toEqual([...known].sort());
  });
  it.each(known.filter((reason) => reason !== 'none'))('%s says what, why and what now', (reason) => {
    const { short, text, step } = reasonText(reason);
    expect(short).toMatch(/^[a-z]/);
    expect(text).toMatch(/^[A-Z].*[.?]$/);
    expect(text).not.toMatch(/!|oops|error/i);
    expect(STEP_LABELS[step]).not.toBe('');
  });
  it('that this page does not know still has words', () => {
    expect(reasonText('quantum').text).toMatch(/reload/);
    expect(reasonText(null)).toEqual(REASONS.none);
  });
});
