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

const MP4 = '\0\0\0 ftypisom and so on';
const video = (name: string, content = MP4): File => new File([content], name, { type: 'video/mp4', lastModified: 1 });
const choose = (files: File[]) => fireEvent.change(screen.getByLabelText('Videos to upload'), { target: { files } });
const drop = (files: File[]) => fireEvent.drop(screen.getByRole('region', { name: 'Hand in videos' }), { dataTransfer: { files, types: ['Files'] } });
const row = async (name: string) => within((await screen.findByText(name)).closest('li') as HTMLElement);
const started = (index: number) => waitFor(() => expect(way.sent[index]?.starts).toBe(1));

beforeEach(() => {
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
    await waitFor(async () => expect(await pictures()).toHaveLength(120));
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await pictures()).toHaveLength(130));
    await user.click((await pictures())[1] as HTMLElement);
    expect(await screen.findByRole('dialog', { name: 'frame_0001.jpg' })).toBeTruthy();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    expect(await screen.findByRole('dialog', { name: 'frame_0002.jpg' })).toBeTruthy();
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

  it('tell what happened to them', async () => {
    const { user } = openPage('/uploads?view=jobs', some);
    const [details] = await screen.findAllByRole('button', { name: 'Details: Check the bytes' });
    await user.click(details as HTMLElement);
    expect(await screen.findByText('Queued')).toBeTruthy();
  });
});
