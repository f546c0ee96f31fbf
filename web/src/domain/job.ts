import type { Tone } from './camera';
import { percent } from './format';

// Jobs in words. Pure.

export type JobState = 'queued' | 'processing' | 'done' | 'failed' | 'cancelled';
export const JOB_STATES: readonly JobState[] = ['queued', 'processing', 'done', 'failed', 'cancelled'];

export interface JobLike {
  kind: string;
  state: JobState;
  paused: boolean;
  cancelling: boolean;
  progress: number;
  step: string | null;
  attempt: number;
  max_attempts: number;
  retry_at: string | null;
  reason: string | null;
  detail: string | null;
}

const KINDS: Record<string, string> = {
  verify: 'Check the bytes',
  probe: 'Look at the video',
  extract: 'Frames and details',
  analyse: 'Find objects',
  analyze: 'Find objects',
  annotate: 'Draw on the video',
};
export const kindText = (kind: string): string => KINDS[kind] ?? kind;

export const isOver = (job: Pick<JobLike, 'state'>): boolean => job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';

export function jobState(job: JobLike): { tone: Tone; word: string } {
  if (job.cancelling) return { tone: 'quiet', word: 'Stopping' };
  if (!isOver(job) && job.paused) return { tone: 'quiet', word: 'Paused' };
  switch (job.state) {
    case 'queued':
      return job.retry_at === null ? { tone: 'quiet', word: 'Waiting' } : { tone: 'warn', word: 'Tries again' };
    case 'processing':
      return { tone: 'info', word: 'At work' };
    case 'done':
      return { tone: 'ok', word: 'Done' };
    case 'failed':
      return { tone: 'danger', word: 'Failed' };
    case 'cancelled':
      return { tone: 'quiet', word: 'Cancelled' };
  }
}

// What is told of a job while it happens; the rest of it stays as it was last read.
export interface News {
  sequence: number | null;
  state: JobState;
  attempt: number;
  progress: number;
  step: string | null;
}

export function withNews<T extends JobLike>(job: T, news: News): T {
  // What was late by more than one attempt says nothing any more.
  if (news.attempt < job.attempt || (isOver(job) && news.sequence === null)) return job;
  const more = { state: news.state, attempt: news.attempt, progress: news.progress };
  return { ...job, ...more, step: news.step ?? (news.state === 'processing' ? job.step : null) };
}

// Reasons that are the job's own; those of the file come with a sentence of the server.
const REASONS: Record<string, string> = {
  poison: 'It ended three workers, one after the other. It is not tried again by itself.',
  attempts: 'It was tried as often as it may be.',
};

export function reasonText(job: JobLike): string {
  if (job.state !== 'failed' && !(job.state === 'queued' && job.retry_at !== null)) return '';
  return job.detail ?? REASONS[job.reason ?? ''] ?? job.reason ?? 'No reason is known.';
}

// What it does now: "frames 412 of 1,900, 22 %".
export function progressText(job: JobLike): string {
  if (job.state !== 'processing') return '';
  return [job.step ?? '', percent(job.progress)].filter((part) => part !== '').join(', ');
}
