import { describe, expect, it } from 'vitest';
import { strengthOf } from './password';

describe('a new password', () => {
  it('says how much is missing', () => {
    expect(strengthOf('')).toEqual({ score: 0, words: '' });
    expect(strengthOf('abcdefghi').words).toBe('1 more character needed');
    expect(strengthOf('abc').words).toBe('7 more characters needed');
  });
  it('is weak when it is short, common or the same again and again', () => {
    expect(strengthOf('jdkeowmcnd').words).toBe('weak');
    expect(strengthOf('Password1!').words).toBe('weak');
    expect(strengthOf('aaaaaaaaaaaaaaaaaaaaaaa').words).toBe('weak');
  });
  it('is strong when it is long', () => {
    expect(strengthOf('correct horse battery staple').words).toBe('good');
    expect(strengthOf('Correct horse battery 9').words).toBe('strong');
  });
});
