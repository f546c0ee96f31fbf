import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cameraOf, type FakeServer } from './fake/server';
import { heading, openPage } from './page';

const bodies = (server: FakeServer, method: string, path: string) =>
  server.asked.filter((asked) => asked.method === method && asked.path === path).map(({ body }) => body as Record<string, unknown>);

describe('Cameras', () => {
  it('with none says what will be here and offers one action', async () => {
    openPage('/cameras');
    await heading('Cameras');
    expect(await screen.findByText('Your cameras will be listed here.')).toBeTruthy();
    expect(screen.getAllByRole('link', { name: 'Add camera' })).toHaveLength(1);
    expect(screen.queryByRole('table')).toBeNull();
  });

  it('is a table with faults first, each with its cause and its one next step', async () => {
    openPage('/cameras', (server) => {
      server.cameras = [
        cameraOf('door', { name: 'Door', number: 1 }),
        cameraOf('yard', { name: 'Yard', number: 2 }, { state: 'reconnecting', reason: 'auth', since: '2020-01-01T00:00:00Z' }),
      ];
    });
    const rows = within(await screen.findByRole('table')).getAllByRole('row');
    expect(rows).toHaveLength(3);
    expect(within(rows[1] as HTMLElement).getByRole('rowheader').textContent).toContain('Yard');
    expect(rows[1]?.textContent).toContain('wrong user name or password');
    expect(within(rows[1] as HTMLElement).getByRole('link', { name: 'Change password: Yard' }).getAttribute('href')).toBe('/cameras/yard#source');
    expect(rows[2]?.textContent).toContain('Live');
  });

  it('is searched, and says how many fit', async () => {
    const { user } = openPage('/cameras', (server) => {
      server.cameras = [cameraOf('door', { name: 'Door' }), cameraOf('yard', { name: 'Yard' })];
    });
    await user.type(await screen.findByRole('searchbox', { name: 'Find a camera' }), 'yar');
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('1 of 2 cameras'));
    expect(location.search).toBe('?q=yar');
    await user.type(screen.getByRole('searchbox'), 'x');
    expect(await screen.findByText('No camera fits.')).toBeTruthy();
  });

  it('is deleted only after a question that names it', async () => {
    const { user, server } = openPage('/cameras', (fake) => {
      fake.cameras = [cameraOf('door', { name: 'Door' })];
    });
    await user.click(await screen.findByRole('button', { name: 'Actions for Door' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const question = await screen.findByRole('alertdialog', { name: 'Delete Door?' });
    await user.click(within(question).getByRole('button', { name: 'Keep' }));
    expect(server.cameras).toHaveLength(1);
    await user.click(await screen.findByRole('button', { name: 'Actions for Door' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Delete Door' }));
    await screen.findByText('Door was deleted');
    expect(server.cameras).toHaveLength(0);
    expect(server.faults).toEqual([]);
  });
});

describe('Add camera', () => {
  it('takes a pasted address apart, checks it, and adds it once however often the button is pressed', async () => {
    const { user, server } = openPage('/cameras/new');
    await user.click(await screen.findByLabelText('Address'));
    await user.paste('rtsp://admin:s3cr%40t@10.0.0.7/stream');
    expect(screen.getByLabelText<HTMLInputElement>('Address').value).toBe('rtsp://10.0.0.7/stream');
    expect(screen.getByLabelText<HTMLInputElement>(/^User name/).value).toBe('admin');
    expect(screen.getByLabelText<HTMLInputElement>(/^Password/).value).toBe('s3cr@t');
    await user.click(screen.getByRole('button', { name: 'Check' }));

    await screen.findByRole('heading', { name: 'The camera answers' });
    const steps = within(screen.getByRole('list', { name: 'Steps of the check' })).getAllByRole('listitem');
    expect(steps.map((step) => step.textContent).join('|')).toContain('First picture: done410 ms');
    expect(screen.getByText('About 2.1 Mbit/s, 23 GB a day')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Continue' }));

    await user.type(await screen.findByLabelText(/^Name/), 'Door');
    await user.type(screen.getByLabelText(/^Place/), 'Restaurant');
    await user.dblClick(screen.getByRole('button', { name: 'Add camera' }));
    await screen.findByRole('heading', { name: 'Door was added' });
    const made = bodies(server, 'POST', '/api/cameras');
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({ id: 'cam_001', name: 'Door', place: 'Restaurant', source_url: 'rtsp://10.0.0.7/stream', username: 'admin', password: 's3cr@t' });

    await user.click(screen.getByRole('button', { name: 'Add another with the same sign-in' }));
    expect((await screen.findByLabelText<HTMLInputElement>(/^User name/)).value).toBe('admin');
    expect(screen.getByLabelText<HTMLInputElement>('Address').value).toBe('');
    expect(server.faults).toEqual([]);
  });

  it('guesses the source type from the address', async () => {
    const { user } = openPage('/cameras/new');
    await user.type(await screen.findByLabelText('Address'), 'http://10.0.0.7/live/index.m3u8');
    expect(screen.getByLabelText<HTMLSelectElement>('Source type').value).toBe('hls');
    expect(screen.getByText(/Guessed from the address/)).toBeTruthy();
  });

  it('says why a camera gives no picture and what to do, and can add it all the same', async () => {
    const { user, server } = openPage('/cameras/new', (fake) => {
      fake.probeReport = {
        ...fake.probeReport,
        ok: false,
        reason: 'refused',
        detail: '10.0.0.7 port 554: connection refused',
        steps: fake.probeReport.steps.slice(0, 2).map((step, i) => ({ ...step, ok: i === 0 })),
        tracks: [],
        snapshot: null,
      };
    });
    await user.type(await screen.findByLabelText('Address'), 'rtsp://10.0.0.7/stream{Enter}');
    await screen.findByRole('heading', { name: 'The camera gives no picture' });
    expect(screen.getByText('Port closed.')).toBeTruthy();
    expect(screen.getByText(/many cameras use 554 or 8554/)).toBeTruthy();
    expect(screen.getByText('10.0.0.7 port 554: connection refused')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Change address or sign-in' }));
    expect(screen.getByLabelText<HTMLInputElement>('Address').value).toBe('rtsp://10.0.0.7/stream');
    await user.click(screen.getByRole('button', { name: 'Check' }));
    await user.click(await screen.findByRole('button', { name: 'Add it anyway' }));
    await user.click(await screen.findByRole('button', { name: 'Add camera' }));
    await screen.findByRole('heading', { name: /was added/ });
    expect(server.cameras).toHaveLength(1);
  });

  it('gives a ready line for pictures that are pushed', async () => {
    const { user } = openPage('/cameras/new');
    await user.selectOptions(await screen.findByLabelText('Source type'), 'http_push');
    expect(screen.queryByLabelText('Address')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByRole('button', { name: 'Add camera' }));
    expect(await screen.findByText("curl -F frame_file=@picture.jpg 'http://vigil.test/api/ingest/push/cam_001'")).toBeTruthy();
  });

  it('makes a stream key for an encoder and shows its address once', async () => {
    const { user, server } = openPage('/cameras/new');
    await user.selectOptions(await screen.findByLabelText('Source type'), 'rtmp_push');
    expect(screen.queryByLabelText('Address')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByRole('button', { name: 'Add camera' }));
    expect(await screen.findByText('Nobody can publish before there is a stream key.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Make a stream key' }));
    expect(await screen.findByText(/^rtmp:\/\/[^/]+:1935\/live\/fresh-stream-key$/)).toBeTruthy();
    expect(bodies(server, 'POST', '/api/cameras')).toHaveLength(1);
  });

  it('refuses an address before the server is asked', async () => {
    const { user, server } = openPage('/cameras/new');
    await user.click(await screen.findByRole('button', { name: 'Check' }));
    expect(screen.getByText('Paste the address of the camera.')).toBeTruthy();
    expect(screen.getByLabelText('Address').getAttribute('aria-invalid')).toBe('true');
    expect(bodies(server, 'POST', '/api/cameras/probe')).toHaveLength(0);
  });
});

describe('Edit camera', () => {
  const open = () =>
    openPage('/cameras/door', (server) => {
      server.cameras = [cameraOf('door', { name: 'Door', username: 'admin', has_password: true })];
    });

  it('sends only what was changed, and keeps the password', async () => {
    const { user, server } = open();
    await heading('Edit Door');
    expect(screen.getByText('A password is set. Leave empty to keep it.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('');
    await user.clear(screen.getByLabelText(/^Name \(/));
    await user.type(screen.getByLabelText(/^Name \(/), 'Gate');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await heading('Edit Gate');
    expect(bodies(server, 'PATCH', '/api/cameras/door')).toEqual([{ name: 'Gate' }]);
    expect(server.asked.find(({ method }) => method === 'PATCH')?.headers.get('if-match')).toBe('"1"');
    expect(screen.getByText('No changes')).toBeTruthy();
  });

  it('tells when somebody else changed it, and can keep mine', async () => {
    const { user, server } = open();
    await heading('Edit Door');
    Object.assign(server.cameras[0] as object, { version: 2, place: 'Theirs' });
    await user.type(screen.getByLabelText(/^Section/), 'Mine');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByText('Somebody else changed this camera meanwhile.');
    expect(server.cameras[0]?.section).toBe('');
    await user.click(screen.getByRole('button', { name: 'Keep mine' }));
    await waitFor(() => expect(screen.queryByText('Somebody else changed this camera meanwhile.')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.cameras[0]).toMatchObject({ section: 'Mine', place: 'Theirs' }));
  });

  it('draws a mask by keyboard, takes it back, and saves it', async () => {
    const { user, server } = open();
    await heading('Edit Door');
    await user.click(await screen.findByRole('button', { name: 'Add in the middle' }));
    screen.getByRole('button', { name: /^Point 1 of 4, 33.3 % across, 33.3 % down/ }).focus();
    await user.keyboard('{Shift>}{ArrowLeft}{/Shift}{ArrowDown}');
    expect(screen.getByRole('button', { name: /^Point 1 of 4, 32.3 % across, 33.4 % down/ })).toBeTruthy();
    await user.keyboard('{Delete}');
    expect(screen.getByText('3 points')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByText('4 points')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.cameras[0]?.motion.masks).toHaveLength(1));
    expect(server.cameras[0]?.motion.masks[0]?.[0]).toEqual([0.3233, 0.3343]);
  });

  it('switches the detection of objects on, and saves only that', async () => {
    const { user, server } = open();
    await heading('Edit Door');
    expect(screen.queryByLabelText(/^Look for/)).toBeNull();
    await user.click(screen.getByRole('switch', { name: 'Detect objects' }));
    await user.type(screen.getByLabelText(/^Look for/), 'person, car');
    await user.selectOptions(screen.getByLabelText('Frames'), 'A fixed rate');
    await user.clear(screen.getByLabelText('At most'));
    await user.type(screen.getByLabelText('At most'), '0');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('A number from 0.1 to 120.')).toBeTruthy();
    expect(bodies(server, 'PATCH', '/api/cameras/door')).toHaveLength(0);
    await user.clear(screen.getByLabelText('At most'));
    await user.type(screen.getByLabelText('At most'), '5');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(bodies(server, 'PATCH', '/api/cameras/door')).toHaveLength(1));
    const [patch] = bodies(server, 'PATCH', '/api/cameras/door') as { analysis: unknown }[];
    expect(Object.keys(patch ?? {})).toEqual(['analysis']);
    expect(patch?.analysis).toMatchObject({ enabled: true, classes: ['person', 'car'], rate: { mode: 'fixed_fps', fps: 5 } });
  });

  it('does not save a mask whose edges cross, and says which', async () => {
    const { user, server } = openPage('/cameras/door', (fake) => {
      const camera = cameraOf('door', { name: 'Door' });
      camera.motion.masks = [[[0, 0], [1, 1], [1, 0], [0, 1]]];
      fake.cameras = [camera];
    });
    await heading('Edit Door');
    await user.type(screen.getByLabelText(/^Section/), 'x');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect((await screen.findByText('Mask 1: Edges 1 and 3 cross.')).getAttribute('role')).toBe('alert');
    expect(bodies(server, 'PATCH', '/api/cameras/door')).toHaveLength(0);
  });

  it('of a camera that is not there says so', async () => {
    openPage('/cameras/ghost');
    await heading('Camera not found');
  });
});
