import { beforeEach, describe, expect, it } from 'vitest';
import { takeSetupToken, tokenIn } from './setupToken';

beforeEach(() => history.replaceState(null, '', '/'));

describe('the set-up link', () => {
  it.each(['/setup?token=a%2Bb', '/setup#token=a%2Bb'])('%s gives its code and leaves the address bar', (link) => {
    history.replaceState(null, '', link);
    expect(takeSetupToken()).toBe('a+b');
    expect(location.href).toBe('http://vigil.test/setup');
  });
  it('elsewhere is left alone', () => {
    history.replaceState(null, '', '/live?token=x');
    expect(takeSetupToken()).toBeNull();
    expect(location.search).toBe('?token=x');
  });
  it('may be pasted whole or only its code', () => {
    expect(tokenIn('http://h:8000/setup?token=abc')).toBe('abc');
    expect(tokenIn(' abc-_ ')).toBe('abc-_');
    expect(tokenIn('http://h/setup')).toBeNull();
    expect(tokenIn('')).toBeNull();
  });
});
