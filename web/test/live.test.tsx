import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../src/stores/device';
import { cameraOf, type FakeServer } from './fake/server';
import { heading, openPage } from './page';

const four = (server: FakeServer) => {
  server.cameras = [
    cameraOf('a', { name: 'Door', number: 1 }),
    cameraOf('b', { name: 'Yard', number: 2 }, { state: 'reconnecting', reason: 'refused', since: '2020-01-01T00:00:00Z' }),
    cameraOf('c', { name: 'Till', number: 3 }),
    cameraOf('d', { name: 'Dock', number: 4, enabled: false }, { state: 'disabled', reason: 'stopped' }),
  ];
};
const tiles = async () =>
  within(await screen.findByRole('list', { name: 'Cameras' }))
    .getAllByRole('link')
    .filter((link) => link.hasAttribute('data-tile'));

describe('Live', () => {
  it('without cameras says what will be here and offers one action', async () => {
    openPage('/live');
    await heading('Live');
    expect(screen.getByText('The pictures of your cameras will be here.')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Add camera' }).getAttribute('href')).toBe('/cameras/new');
  });

  it('names every tile with its state, and a fault with its cause', async () => {
    const { server } = openPage('/live', four);
    const names = (await tiles()).map((tile) => tile.getAttribute('aria-label'));
    expect(names[0]).toBe('Door, live');
    expect(names[1]).toMatch(/^Yard, offline, since .* · port closed$/);
    expect(names[3]).toMatch(/^Dock, stopped/);
    await waitFor(() => expect(server.asked.filter(({ path }) => path.endsWith('/frame/latest')).length).toBeGreaterThanOrEqual(4));
    expect(Number(server.asked.find(({ path }) => path.endsWith('/frame/latest'))?.query.get('width'))).toBeGreaterThanOrEqual(160);
    expect(server.faults).toEqual([]);
  });

  it('is walked with the arrow keys; one tile at a time is in the order of Tab', async () => {
    const { user } = openPage('/live?layout=4', four);
    const [first, second] = await tiles();
    expect((await tiles()).map((tile) => tile.tabIndex)).toEqual([0, -1, -1]);
    first?.focus();
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(second);
    expect(second?.tabIndex).toBe(0);
    await user.keyboard('{Enter}');
    await heading('02 Yard');
  });

  it('keeps its layout in the address', async () => {
    const { user } = openPage('/live', four);
    await user.click(await screen.findByRole('radio', { name: '1 on a page' }));
    expect(location.search).toBe('?layout=1');
    expect(await tiles()).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Next page' }));
    expect(location.search).toBe('?layout=1&page=2');
    expect((await tiles())[0]?.getAttribute('aria-label')).toMatch(/^Yard/);
  });

  it('pauses everything with one key', async () => {
    const { user } = openPage('/live', four);
    await tiles();
    expect(document.querySelectorAll('[data-freshness="paused"]')).toHaveLength(0);
    await user.keyboard(' ');
    expect(screen.getByRole('button', { name: 'Go on' })).toBeTruthy();
    expect(document.querySelectorAll('[data-freshness="paused"]')).toHaveLength(4);
  });

  it('tries again at once when asked to', async () => {
    const { user, server } = openPage('/live', (fake) => {
      four(fake);
      Object.assign(fake.cameras[1]?.status ?? {}, { reason: 'timeout' });
    });
    await user.click(await screen.findByRole('button', { name: 'Try now: Yard' }));
    await waitFor(() => expect(server.asked.some(({ method, path }) => method === 'POST' && path === '/api/cameras/b/retry')).toBe(true));
  });
});

describe('One camera', () => {
  const street = (server: FakeServer) => {
    four(server);
    server.streams = [
      {
        name: 'main', codec: 'h265', codecs: 'hvc1.1.6.L93.B0,mp4a.40.2', width: 1920, height: 1080, b_frames: true, fps: 25, bits_per_second: 2_000_000, gop_seconds: 2,
        transports: { mse: '/api/cameras/a/mse?stream=main', hls: '/hls/a/main/index.m3u8', mjpeg: '/api/cameras/a/mjpeg' },
        sound: 'aac', sounds: { mse: 'aac', hls: 'aac' },
        output: { state: 'idle', readers: { mse: 0, hls: 0 }, joins: 0 },
      },
    ];
  };
  const figure = (card: HTMLElement, term: string) => within(card).getByText(term, { selector: 'dt' }).nextElementSibling?.textContent;

  it('says what its stream is, how it comes here, and why no better way', async () => {
    openPage('/live/camera/a', street);
    const card = await screen.findByRole('region', { name: 'Playback' });
    await within(card).findByText("The stream main has B-frames, which WebRTC can't show.");
    await within(card).findByText('This browser has no Media Source Extensions.');
    expect(figure(card, 'Comes by')).toBe('single pictures');
    expect(figure(card, 'Stream')).toBe('main, 1920×1080');
    expect(figure(card, 'Codec')).toBe('hvc1.1.6.L93.B0,mp4a.40.2');
    expect(figure(card, 'B-frames')).toBe('yes');
    expect(figure(card, 'Key frames')).toBe('every 2.0 s');
    expect(figure(card, 'Rate')).toBe('25 fps, 2 Mbit/s');
  });

  it('is silent until somebody wants to hear it', async () => {
    const { user } = openPage('/live/camera/a', street);
    const button = await screen.findByRole('button', { name: 'Sound' });
    const video = () => document.querySelector('video');
    expect(video()?.muted).toBe(true);
    await user.click(button);
    expect(button.getAttribute('aria-pressed')).toBe('true');
    expect(video()?.muted).toBe(false);
    await user.keyboard('m');
    expect(video()?.muted).toBe(true);
  });

  it('keeps in this browser which way is pinned', async () => {
    const { user } = openPage('/live/camera/a', street);
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Play by' }), 'single pictures only');
    expect(useDevice.getState().transport).toBe('pictures');
    await user.selectOptions(screen.getByRole('combobox', { name: 'Play by' }), 'the best way there is');
    expect(useDevice.getState().transport).toBeNull();
  });
});

describe('everywhere', () => {
  it('"?" lists the keys, and Esc closes the list', async () => {
    const { user } = openPage('/live', four);
    await tiles();
    await user.keyboard('?');
    const list = await screen.findByRole('dialog', { name: 'Keys on this page' });
    expect(within(list).getByText('Go to Cameras')).toBeTruthy();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('"g c" goes to Cameras, "/" finds, "a" adds, and letters in a box stay letters', async () => {
    const { user } = openPage('/live', four);
    await tiles();
    await user.keyboard('gc');
    await heading('Cameras');
    await user.keyboard('/');
    const box = await screen.findByRole<HTMLInputElement>('searchbox');
    await waitFor(() => expect(document.activeElement).toBe(box));
    await user.keyboard('a');
    expect(box.value).toBe('a');
    expect(location.pathname).toBe('/cameras');
    box.blur();
    await user.keyboard('a');
    await heading('Add camera');
  });

  it('what has no room in the bar of a phone stands under More', async () => {
    const { user } = openPage('/live', four);
    await tiles();
    const more = await screen.findByRole('button', { name: 'More' });
    await user.click(more);
    expect((await screen.findAllByRole('menuitem')).map(({ textContent }) => textContent)).toEqual(['Subjects', 'Scenes', 'Plates', 'Uploads', 'Account']);
    await user.click(screen.getByRole('menuitem', { name: 'Plates' }));
    await heading('Plates');
  });

  it('a lost server is said once, and everything catches up when it is back', async () => {
    const { server } = openPage('/cameras', four);
    await screen.findByRole('table');
    server.away = true;
    const banner = await screen.findByText(/No connection to the server since/, {}, { timeout: 8000 });
    expect(banner).toBeTruthy();
    expect(screen.getByRole('table')).toBeTruthy();
    server.cameras.push(cameraOf('new', { name: 'New one' }));
    server.away = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await screen.findByText('New one', {}, { timeout: 5000 });
    expect(screen.queryByText(/No connection/)).toBeNull();
  });

  it('a viewer sees no control that changes anything', async () => {
    openPage('/cameras/new', (server) => {
      four(server);
      const answer = server.answer.bind(server);
      server.answer = (asked) => {
        const answered = answer(asked);
        return asked.path === '/api/auth/me' ? { ...answered, body: { ...(answered.body as object), role: 'viewer' } } : answered;
      };
    });
    await heading("You don't have access to Add camera");
    expect(screen.queryByRole('link', { name: 'Add camera' })).toBeNull();
  });
});
