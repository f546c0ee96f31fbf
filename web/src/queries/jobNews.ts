import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import { watchJobs } from '../api/jobNews';
import { keys } from '../api/keys';
import type { Job, JobList, JobNews } from '../api/types';
import { withNews } from '../domain/job';

// The lists of jobs follow what the server tells. One connection for all who look.

export const useJobsLive = create<{ live: boolean }>()(() => ({ live: false }));

// Many things that happen at once ask for one look.
const SETTLE_MS = 400;

function follow(client: QueryClient): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stale = new Set<string>();
  const look = () => {
    timer = undefined;
    void client.invalidateQueries({ queryKey: ['jobs'] });
    for (const asset of stale) void client.invalidateQueries({ queryKey: keys.asset(asset), exact: true });
    if (stale.size > 0) void client.invalidateQueries({ queryKey: keys.assets });
    stale.clear();
  };
  const soon = () => {
    timer ??= setTimeout(look, SETTLE_MS);
  };
  const onNews = (news: JobNews) => {
    client.setQueriesData<InfiniteData<JobList>>({ queryKey: ['jobs'] }, (known) => {
      if (known === undefined) return known;
      const change = (job: Job): Job => (job.id === news.job_id ? withNews(job, news) : job);
      return { ...known, pages: known.pages.map((page) => ({ ...page, jobs: page.jobs.map(change) })) };
    });
    if (news.sequence === null) return;
    void client.invalidateQueries({ queryKey: keys.jobLog(news.job_id) });
    // Whoever looked at a file wrote down what it is.
    if (news.kind === 'probe' && news.asset_id !== null && news.state !== 'queued' && news.state !== 'processing') stale.add(news.asset_id);
    soon();
  };
  const stop = watchJobs({ onNews, onMissed: soon, onLive: (live) => useJobsLive.setState({ live }) });
  return () => {
    stop();
    clearTimeout(timer);
    useJobsLive.setState({ live: false });
  };
}

let lookers = 0;
let end: (() => void) | null = null;

// While something is shown that lives from it.
export function useJobNews(): void {
  const client = useQueryClient();
  useEffect(() => {
    lookers += 1;
    end ??= follow(client);
    return () => {
      lookers -= 1;
      if (lookers > 0) return;
      end?.();
      end = null;
    };
  }, [client]);
}
