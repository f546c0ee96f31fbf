import { describe, expect, it } from 'vitest';
import { chase } from './chase';

describe('staying close to live', () => {
  it('waits while there is nothing', () => expect(chase([], 0)).toEqual({ rate: 1 }));
  it('goes to the end at first, whatever was cached', () => expect(chase([{ start: 0, end: 8 }], 0)).toEqual({ seek: 7.65, rate: 1 }));
  it('plays a little faster when it is late', () => {
    expect(chase([{ start: 0, end: 10 }], 9.7).rate).toBe(1);
    expect(chase([{ start: 0, end: 10 }], 9.3).rate).toBe(1.1);
    expect(chase([{ start: 0, end: 10 }], 8.6).rate).toBe(1.3);
  });
  it('jumps when it is very late', () => expect(chase([{ start: 0, end: 10 }], 5)).toEqual({ seek: 9.65, rate: 1 }));
  it('steps over holes', () => expect(chase([{ start: 0, end: 5 }, { start: 6, end: 6.5 }], 5)).toEqual({ seek: 6.01, rate: 1 }));
  it('does not go before the beginning of what is there', () => expect(chase([{ start: 20, end: 20.1 }], 3)).toEqual({ seek: 20, rate: 1 }));
  it('waits at the end', () => expect(chase([{ start: 0, end: 5 }], 5)).toEqual({ rate: 1 }));
});
