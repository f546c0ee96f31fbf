import { describe, expect, it } from 'vitest';
import { Gate } from './gate';

function deferred() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('Gate', () => {
  it('runs no more than its limit at once and keeps the order of the line', async () => {
    const gate = new Gate(2);
    const jobs = [deferred(), deferred(), deferred(), deferred()];
    const started: number[] = [];
    const all = jobs.map((job, i) =>
      gate.run(async () => {
        started.push(i);
        await job.promise;
      }),
    );
    await turn();
    expect(started).toEqual([0, 1]);
    expect(gate.waiting).toBe(2);
    jobs[1]?.resolve();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    for (const job of jobs) job.resolve();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
    expect(gate.active).toBe(0);
  });

  it('gives its place back when the work fails', async () => {
    const gate = new Gate(1);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await gate.run(() => Promise.resolve(7))).toBe(7);
  });

  it('never starts work that was given up in line', async () => {
    const gate = new Gate(1);
    const first = deferred();
    const running = gate.run(() => first.promise);
    const giveUp = new AbortController();
    let started = false;
    const second = gate.run(() => {
      started = true;
      return Promise.resolve();
    }, giveUp.signal);
    giveUp.abort();
    expect(await second).toBeNull();
    first.resolve();
    await running;
    await turn();
    expect(started).toBe(false);
    expect(gate.active).toBe(0);
    expect(gate.waiting).toBe(0);
  });

  it('refuses work that was given up before it came', async () => {
    const giveUp = new AbortController();
    giveUp.abort();
    expect(await new Gate(1).run(() => Promise.resolve(1), giveUp.signal)).toBeNull();
  });
});
