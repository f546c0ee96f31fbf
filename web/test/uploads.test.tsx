import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { TransferEvents, Unfinished } from '../src/api/transfer';
import { UNDO_MS, useRemovals } from '../src/stores/removals';
import { useTransfers } from '../src/stores/transfers';
import { assetOf, type FakeServer, jobOf } from './fake/server';
import { at } from './fake/samples';
import { heading, openPage } from './page';

// The bytes' way is the library's; here only what the page makes of it.
interface Sent {
  file: File;
  events: TransferEvents;
  starts: number;
  paused: boolean;
  givenUp: boolean;
}
const way = vi.hoisted(() => ({ sent: [] as Sent[], unfinished: [] as Unfinished[], forgotten: [] as string[] }));
vi.mock('../src/api/transfer', () => ({
  openTransfer: (file: File, events: TransferEvents) => {
    const one: Sent = { file, events, starts: 0, paused: false, givenUp: false };
    way.sent.push(one);
    return Promise.resolve({
      start: () => {
        one.starts += 1;
        one.paused = false;
      },
      pause: () => {
        one.paused = true;
        return Promise.resolve();
      },
      giveUp: () => {
        one.givenUp = true;
        return Promise.resolve();
      },
    });
  },
  unfinishedTransfers: () => Promise.resolve(way.unfinished),
  forgetTransfer: (key: string) => {
    way.forgotten.push(key);
    return Promise.resolve();
  },
}));

// The server's news of jobs.
class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  close(): void {}
  static get last(): FakeSocket {
    return FakeSocket.all[FakeSocket.all.length - 1] as FakeSocket;
  }
  tell(more: object): void {
    const news = { sequence: null, type: 'job.progress', time: at(0), job_id: 'j2', kind: 'verify', asset_id: 'walk', state: 'processing', attempt: 1, progress: 0.5, step: null, code: null, detail: null };
    this.onmessage?.({ data: JSON.stringify({ ...news, ...more }) });
  }
}

const MP4 = '\0\0\0 ftypisom and so on';
const video = (name: string, content = MP4): File => new File([content], name, { type: 'video/mp4', lastModified: 1 });
const choose = (files: File[]) => fireEvent.change(screen.getByLabelText('Videos to upload'), { target: { files } });
const drop = (files: File[]) => fireEvent.drop(screen.getByRole('region', { name: 'Hand in videos' }), { dataTransfer: { files, types: ['Files'] } });
const row = async (name: string) => within((await screen.findByText(name)).closest('li') as HTMLElement);
const started = (index: number) => waitFor(() => expect(way.sent[index]?.starts).toBe(1));

beforeEach(() => {
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  way.sent.length = 0;
  way.unfinished = [];
  way.forgotten.length = 0;
  useTransfers.setState({ rows: [], arrived: 0 });
  useRemovals.setState({ hidden: new Set() });
});

describe('Videos on their way', () => {
  it('go two at a time, and say how far they are', async () => {
    openPage('/uploads');
    await heading('Uploads');
    drop([video('a.mp4'), video('b.mp4'), video('c.mp4')]);
    await started(1);
    expect((await row('c.mp4')).getByText('Waiting')).toBeTruthy();
    act(() => way.sent[0]?.events.onProgress(11));
    expect((await row('a.mp4')).getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
    act(() => way.sent[0]?.events.onDone('a1', false));
    await started(2);
    expect((await row('a.mp4')).getByText('Uploaded')).toBeTruthy();
    expect((await screen.findByRole('link', { name: 'a.mp4' })).getAttribute('href')).toBe('/uploads/a1');
  });

  it('are looked at before a byte is sent', async () => {
    openPage('/uploads', (server) => Object.assign(server.usage, { quota_bytes: 1000, bytes: 990, max_file_bytes: 500 }));
    await screen.findByText(/at most 500 B each/);
    choose([video('list.mp4', '#EXTM3U\n#EXT-X-VERSION:3\n'), video('huge.mp4', MP4 + 'x'.repeat(600)), video('over.mp4'), video('none.mp4', '')]);
    expect((await row('list.mp4')).getByText(/is no video that the server takes/)).toBeTruthy();
    expect((await row('huge.mp4')).getByText(/at most 500 B in one file/)).toBeTruthy();
    expect((await row('over.mp4')).getByText(/of your space 10 B are left/)).toBeTruthy();
    expect((await row('none.mp4')).getByText('none.mp4 is empty.')).toBeTruthy();
    expect(way.sent).toHaveLength(0);
  });

  it('are paused, resumed and given up', async () => {
    const { user } = openPage('/uploads');
    await heading('Uploads');
    choose([video('a.mp4')]);
    await started(0);
    await user.click(screen.getByRole('button', { name: 'Pause a.mp4' }));
    expect(way.sent[0]?.paused).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Resume a.mp4' }));
    expect(way.sent[0]?.starts).toBe(2);
    await user.click(screen.getByRole('button', { name: 'Cancel a.mp4' }));
    await waitFor(() => expect(way.sent[0]?.givenUp).toBe(true));
    expect(screen.queryByText('a.mp4')).toBeNull();
  });

  it('say why the server refused one, and try again when asked', async () => {
    const { user } = openPage('/uploads');
    await heading('Uploads');
    choose([video('a.mp4')]);
    await started(0);
    act(() => way.sent[0]?.events.onFault({ status: 413, code: 'upload.quota', detail: 'Your space is used up.' }));
    expect((await row('a.mp4')).getByText('Your space is used up.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Retry a.mp4' }));
    expect(way.sent[0]?.starts).toBe(2);
  });

  it('go on by themselves when the server is back', async () => {
    openPage('/uploads');
    await heading('Uploads');
    choose([video('a.mp4')]);
    await started(0);
    act(() => way.sent[0]?.events.onFault({ status: 0, code: '', detail: '' }));
    expect((await row('a.mp4')).getByText('No connection')).toBeTruthy();
    act(() => useTransfers.getState().reconnected());
    expect(way.sent[0]?.starts).toBe(2);
  });

  it('are seen from other pages', async () => {
    const { user } = openPage('/uploads');
    await heading('Uploads');
    choose([video('a.mp4')]);
    await started(0);
    act(() => way.sent[0]?.events.onProgress(11));
    await user.click(screen.getAllByRole('link', { name: 'Cameras' })[0] as HTMLElement);
    await heading('Cameras');
    expect((await screen.findByRole('link', { name: '1 upload, 50 %' })).getAttribute('href')).toBe('/uploads');
  });

  it('ask for the same file after a reload', async () => {
    way.unfinished = [
      { key: 'k1', uploadId: 'u1', name: 'half.mp4', size: 100 },
      { key: 'k2', uploadId: 'gone', name: 'old.mp4', size: 100 },
    ];
    const { server, user } = openPage('/uploads', (fake) => {
      fake.uploads = [{ id: 'u1', state: 'open', length: 100, received: 71, name: 'half.mp4', type: 'video/mp4', asset_id: null, created_at: at(60), expires_at: at(-3600) }];
    });
    expect(await screen.findByRole('button', { name: 'Resume half.mp4' })).toBeTruthy();
    expect(screen.getByText('Resume (71 %)')).toBeTruthy();
    expect(screen.queryByText('old.mp4')).toBeNull();
    expect(way.forgotten).toEqual(['k2']);
    await user.click(screen.getByRole('button', { name: 'Give up half.mp4' }));
    await waitFor(() => expect(server.uploads).toEqual([]));
    expect(way.forgotten).toContain('k1');
  });
});

const some = (server: FakeServer) => {
  server.assets = [assetOf('walk'), assetOf('dark')];
  server.jobs = [
    jobOf('j1', { asset_id: 'dark', state: 'failed', reason: 'media.none', detail: 'There is no video in this file.' }),
    jobOf('j2', { asset_id: 'walk', state: 'processing', progress: 0.22, step: 'frames 412 of 1,900', finished_at: null }),
  ];
};

describe('Files', () => {
  it('show what is done with them, and why it failed', async () => {
    const { server } = openPage('/uploads', some);
    expect((await row('walk.mp4')).getByText(/frames 412 of 1,900, 22 %/)).toBeTruthy();
    expect((await row('dark.mp4')).getByText('There is no video in this file.')).toBeTruthy();
    expect(server.faults).toEqual([]);
  });

  it('come back when their deletion is undone, and go when it is not', async () => {
    const { server, user } = openPage('/uploads', some);
    await user.click(await screen.findByRole('button', { name: 'Delete dark.mp4' }));
    await waitFor(() => expect(screen.queryByText('dark.mp4')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(await screen.findByText('dark.mp4')).toBeTruthy();
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    try {
      fireEvent.click(screen.getByRole('button', { name: 'Delete dark.mp4' }));
      await act(() => vi.advanceTimersByTimeAsync(UNDO_MS + 100));
    } finally {
      vi.useRealTimers();
    }
    await waitFor(() => expect(server.assets.map(({ id }) => id)).toEqual(['walk']));
  });

  it('have a page of their own', async () => {
    openPage('/uploads/walk', some);
    await heading('walk.mp4');
    expect(await screen.findByText('video/mp4')).toBeTruthy();
    expect(within(await screen.findByRole('list', { name: 'Jobs' })).getAllByRole('listitem')).toHaveLength(1);
  });

  it('are played and saved by a link, and held', async () => {
    const { server, user } = openPage('/uploads/walk', some);
    await heading('walk.mp4');
    await waitFor(() => expect(screen.getByLabelText('walk.mp4').getAttribute('src')).toBe('/api/assets/walk/shared?link=l1'));
    expect(screen.getByRole('link', { name: 'Save' }).getAttribute('href')).toBe('/api/assets/walk/shared?link=l1');
    fireEvent.error(screen.getByLabelText('walk.mp4'));
    expect(await screen.findByText(/This browser does not play this file/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Hold' }));
    expect(await screen.findByText('This file is held')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Delete' }).disabled).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Let go' }));
    await waitFor(() => expect(server.assets[0]?.held).toBe(false));
    expect(server.faults).toEqual([]);
  });

  it('show the pictures that were made of them, one at a time when asked', async () => {
    const { user } = openPage('/uploads/walk', (server) => {
      some(server);
      server.jobs.push(jobOf('j9', { kind: 'extract' }));
      const frame = (i: number) => ({ name: `frame_${String(i).padStart(4, '0')}.jpg`, size: 4, media_type: 'image/jpeg', facts: { time_ms: 1000 * i } });
      server.outputs.set('j9', [...Array.from({ length: 130 }, (_, i) => frame(i)), { name: 'metadata.json', size: 4, media_type: 'application/json', facts: {} }]);
    });
    const pictures = async () => within(await screen.findByRole('list', { name: 'Pictures of Frames and details' })).getAllByRole('button');
    expect(await screen.findByText('130 pictures')).toBeTruthy();
    await user.click((await pictures())[1] as HTMLElement);
    expect(await screen.findByRole('dialog', { name: 'frame_0001.jpg' })).toBeTruthy();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(await screen.findByRole('dialog', { name: 'frame_0002.jpg' })).toBeTruthy();
  });

  it('say until when they and their pictures stay, where that is limited', async () => {
    const { server, user } = openPage('/uploads', (to) => {
      to.assets = [assetOf('walk', { kept_until: at(-7200) }), assetOf('still')];
      to.jobs = [jobOf('j1', { kind: 'extract' }), jobOf('j2', { kind: 'extract', asset_id: 'still', cleared_at: at(5) })];
      to.outputs.set('j1', [{ name: 'frame_000001000.jpg', size: 10, media_type: 'image/jpeg', facts: { time_ms: 1000 } }]);
      to.outputsKeptUntil = at(-3600);
    });
    const files = await screen.findByRole('list', { name: 'Files' });
    const row = (name: string) => within(files).getByText(name).closest('li')?.textContent;
    expect(row('walk.mp4')).toMatch(/kept until/);
    expect(row('still.mp4')).not.toMatch(/kept until/);
    await user.click(within(files).getByText('walk.mp4'));
    expect(await screen.findByText('Kept until')).toBeTruthy();
    expect(await screen.findByText(/^1 picture, kept until/)).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'Uploads', current: false }));
    await user.click(await screen.findByText('still.mp4'));
    expect(await screen.findByText('What it made was kept for long enough and is gone.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Take pictures out' })).toBeTruthy();
    expect(server.faults).toEqual([]);
  });

  it('show thousands of pictures without having them all in the page', async () => {
    const { server, user } = openPage('/uploads/walk', (fake) => {
      some(fake);
      fake.jobs.push(jobOf('j9', { kind: 'extract', result: { pictures: 7200 } }));
      const frame = (i: number) => ({ name: `frame_${String(i).padStart(4, '0')}.jpg`, size: 4, media_type: 'image/jpeg', facts: { time_ms: 1000 * i } });
      fake.outputs.set('j9', Array.from({ length: 7200 }, (_, i) => frame(i)));
    });
    expect(await screen.findByText('7,200 pictures')).toBeTruthy();
    const list = await screen.findByRole('list', { name: 'Pictures of Frames and details' });
    const pages = () => server.asked.filter(({ path }) => path === '/api/jobs/j9/outputs').length;
    expect(within(list).getAllByRole('listitem').length).toBeLessThan(60);
    expect(within(list).getAllByRole('listitem')[1]?.getAttribute('aria-posinset')).toBe('2');
    expect(within(list).getAllByRole('listitem')[1]?.getAttribute('aria-setsize')).toBe('7200');
    expect(pages()).toBe(1);
    within(list).getAllByRole('button')[0]?.focus();
    await user.keyboard('{End}');
    await waitFor(() => expect(document.activeElement?.getAttribute('data-index')).toBe('199'));
    await user.keyboard('{Home}{ArrowDown}');
    await waitFor(() => expect(document.activeElement?.getAttribute('data-index')).toBe('1'));
    // Only one can be tabbed to.
    expect(within(list).getAllByRole('button').filter((each) => each.tabIndex === 0)).toHaveLength(1);
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: 'frame_0001.jpg' })).toBeTruthy();
  });

  it('show what they are, and a picture', async () => {
    openPage('/uploads', (server) => {
      server.assets = [assetOf('walk'), assetOf('song', { video: null, thumbnail: null, fault: { code: 'media.no_video', detail: 'There is sound in the file, but no video.' } })];
    });
    expect((await row('walk.mp4')).getByText(/1 min 32 s, H.264, 1920×1080, 3 MB/)).toBeTruthy();
    expect((await row('song.mp4')).getByText('There is sound in the file, but no video.')).toBeTruthy();
    await waitFor(() => expect(document.querySelector('img[src^="blob:"]')).not.toBeNull());
  });

  it('that cannot be used say why, and are not taken apart', async () => {
    openPage('/uploads/song', (server) => {
      server.assets = [assetOf('song', { video: null, thumbnail: null, fault: { code: 'media.no_video', detail: 'There is sound in the file, but no video.' } })];
    });
    expect(await screen.findByText('There is sound in the file, but no video.')).toBeTruthy();
    expect(await screen.findByText('Nothing was done with it.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Take pictures out' })).toBeNull();
  });

  it('are taken apart when asked', async () => {
    const { server, user } = openPage('/uploads/walk', some);
    await user.click(await screen.findByRole('button', { name: 'Take pictures out' }));
    await waitFor(() => expect(server.jobs.find(({ kind }) => kind === 'extract')?.asset_id).toBe('walk'));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Take pictures out' })).toBeNull());
  });

  it('that are not there are not there', async () => {
    openPage('/uploads/other', some);
    expect(await screen.findByText(/There is no such file/)).toBeTruthy();
  });
});

describe('Jobs', () => {
  it('are narrowed by state, cancelled and tried again', async () => {
    const { server, user } = openPage('/uploads?view=jobs', some);
    const list = async () => within(await screen.findByRole('list', { name: 'Jobs' })).getAllByRole('listitem');
    expect(await list()).toHaveLength(2);
    expect(await screen.findByRole('link', { name: 'dark.mp4' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Cancel: Check the bytes' }));
    await waitFor(() => expect(server.jobs[1]?.state).toBe('cancelled'));
    await user.click(screen.getByRole('radio', { name: 'Failed' }));
    await waitFor(async () => expect(await list()).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Retry: Check the bytes' }));
    await waitFor(() => expect(server.jobs[0]?.state).toBe('queued'));
  });

  it('follow what the server tells, also after the line was cut', async () => {
    const { server } = openPage('/uploads?view=jobs', some);
    expect(await screen.findByText(/frames 412 of 1,900, 22 %/)).toBeTruthy();
    expect(FakeSocket.all).toHaveLength(1);
    expect(FakeSocket.last.url).toMatch(/\/api\/jobs\/live$/);
    act(() => FakeSocket.last.onopen?.());
    act(() => FakeSocket.last.tell({ progress: 0.5, step: 'frames 950 of 1,900' }));
    expect(await screen.findByText(/frames 950 of 1,900, 50 %/)).toBeTruthy();
    // What was stored is read again.
    const job = server.jobs[1];
    if (job !== undefined) Object.assign(job, { state: 'done', progress: 1, step: null, finished_at: at(0) });
    act(() => FakeSocket.last.tell({ sequence: 41, type: 'job.done', state: 'done', progress: 1 }));
    await waitFor(async () => expect(within(await screen.findByRole('list', { name: 'Jobs' })).getByText('Done')).toBeTruthy());
    act(() => FakeSocket.last.onclose?.({ code: 1006 }));
    await waitFor(() => expect(FakeSocket.all).toHaveLength(2), { timeout: 5000 });
    expect(FakeSocket.last.url).toMatch(/\/api\/jobs\/live\?after=41$/);
  });

  it('are asked for while the server tells nothing', async () => {
    const { server } = openPage('/uploads?view=jobs', some);
    await screen.findByText(/frames 412 of 1,900, 22 %/);
    const job = server.jobs[1];
    if (job !== undefined) Object.assign(job, { progress: 0.9, step: 'frames 1,710 of 1,900' });
    expect(await screen.findByText(/frames 1,710 of 1,900, 90 %/)).toBeTruthy();
  });

  it('of which a file was looked at show what it is', async () => {
    const { server } = openPage('/uploads', (fake) => {
      fake.assets = [assetOf('walk', { video: null, thumbnail: null })];
    });
    await row('walk.mp4');
    act(() => FakeSocket.last.onopen?.());
    server.assets = [assetOf('walk')];
    act(() => FakeSocket.last.tell({ sequence: 7, type: 'job.done', kind: 'probe', state: 'done', progress: 1 }));
    expect(await screen.findByText(/1 min 32 s, H.264/)).toBeTruthy();
  });

  it('tell who was told of them, and tell it again when asked', async () => {
    const { server, user } = openPage('/uploads?view=jobs', (to) => {
      some(to);
      const one = (sequence: number, type: string, state: 'delivered' | 'given_up', answer: string) => ({ sequence, type, state, tries: sequence, answer, at: at(10) });
      to.webhooks.set(to.jobs[0]?.id ?? '', [
        {
          id: 'w1', host: 'https://hooks.example', signed: true, given_up: true, told: 1, tries: 2, next_at: null, last_error: 'answers with 500',
          deliveries: [one(1, 'job.queued', 'delivered', 'answers with 204'), one(2, 'job.done', 'given_up', 'answers with 500')],
        },
      ]);
    });
    const [details] = await screen.findAllByRole('button', { name: 'Details: Check the bytes' });
    await user.click(details as HTMLElement);
    const list = await screen.findByRole('list', { name: 'Deliveries to https://hooks.example' });
    const rows = () => within(list).getAllByRole('listitem').map(({ textContent }) => textContent);
    expect(rows()[0]).toMatch(/job.queued.*delivered, 1 try, answers with 204/);
    expect(rows()[1]).toMatch(/job.done.*given up, 2 tries, answers with 500/);
    await user.click(screen.getByRole('button', { name: 'Send again: job.done' }));
    await waitFor(() => expect(rows()[1]).toMatch(/to be sent again/));
    expect(rows()[0]).toMatch(/delivered/);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send again: job.queued' }).disabled).toBe(true);
    expect(server.faults).toEqual([]);
  });

  it('tell what happened to them', async () => {
    const { user } = openPage('/uploads?view=jobs', some);
    const [details] = await screen.findAllByRole('button', { name: 'Details: Check the bytes' });
    await user.click(details as HTMLElement);
    expect(await screen.findByText('Queued')).toBeTruthy();
  });
});
