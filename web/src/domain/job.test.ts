import { describe, expect, it } from 'vitest';
import { type JobLike, jobState, kindText, progressText, reasonText, withNews } from './job';

const job = (more: Partial<JobLike>): JobLike => ({
  kind: 'verify',
  state: 'queued',
  paused: false,
  cancelling: false,
  progress: 0,
  step: null,
  attempt: 1,
  max_attempts: 5,
  retry_at: null,
  reason: null,
  detail: null,
  ...more,
});

describe('a job', () => {
  it('says its state in a word, and what keeps it', () => {
    expect(jobState(job({})).word).toBe('Waiting');
    expect(jobState(job({ retry_at: '2026-01-01T00:00:00Z' })).word).toBe('Tries again');
    expect(jobState(job({ paused: true })).word).toBe('Paused');
    expect(jobState(job({ state: 'processing', cancelling: true })).word).toBe('Stopping');
    expect(jobState(job({ state: 'done', paused: true })).word).toBe('Done');
  });
  it('says why it failed, as the server said it', () => {
    expect(reasonText(job({ state: 'failed', reason: 'media.none', detail: 'There is no video in this file.' }))).toBe('There is no video in this file.');
    expect(reasonText(job({ state: 'failed', reason: 'poison' }))).toContain('three workers');
    expect(reasonText(job({ state: 'done' }))).toBe('');
  });
  it('says how far it is only while it works', () => {
    expect(progressText(job({ state: 'processing', progress: 0.22, step: 'frames 412 of 1,900' }))).toBe('frames 412 of 1,900, 22 %');
    expect(progressText(job({ progress: 0.22 }))).toBe('');
  });
  it('changes with the news of it, unless they are old', () => {
    const atWork = job({ state: 'processing', step: 'frames 4', progress: 0.2, attempt: 2 });
    const news = { sequence: null, state: 'processing' as const, attempt: 2, progress: 0.4, step: 'frames 8' };
    expect(withNews(atWork, news)).toMatchObject({ progress: 0.4, step: 'frames 8' });
    expect(withNews(atWork, { ...news, attempt: 1 })).toBe(atWork);
    expect(withNews(atWork, { ...news, sequence: 7, state: 'done', step: null, progress: 1 })).toMatchObject({ state: 'done', step: null });
    const done = job({ state: 'done', attempt: 2 });
    expect(withNews(done, news)).toBe(done);
  });
  it('is called by what it does', () => {
    expect(kindText('verify')).toBe('Check the bytes');
    expect(kindText('something-new')).toBe('something-new');
  });
});
