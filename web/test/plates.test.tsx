import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cameraOf, type FakeServer, plateOf } from './fake/server';
import { heading, openPage } from './page';

const some = (server: FakeServer) => {
  const door = cameraOf('door', { name: 'Door' });
  Object.assign(door.analysis, { enabled: true, plates: true });
  server.cameras = [door, cameraOf('yard', { name: 'Yard' })];
  server.plates = [
    plateOf('p1', 'AB-12 CD', { region: 'Germany' }),
    plateOf('p2', 'AB-99 XY', { camera_id: 'yard', track_id: 't2', confidence: 0.62 }),
    plateOf('p3', 'KX 7', { key_frame_id: null }),
  ];
};
const rows = async () => within(await screen.findByRole('table')).getAllByRole('row').slice(1);
const texts = async () => (await rows()).map((row) => within(row).getByRole('link').textContent);

describe('Plates', () => {
  it('are a table: text, confidence, camera, time, and the picture', async () => {
    const { server } = openPage('/plates', some);
    await heading('Plates');
    expect(await texts()).toEqual(['AB-12 CD', 'AB-99 XY', 'KX 7']);
    const [first, , last] = await rows();
    expect(first?.textContent).toMatch(/Germany.*91 %Door/);
    expect(within(first as HTMLElement).getByRole('link').getAttribute('href')).toBe('/detections/t1');
    expect(last?.textContent).toContain('No picture');
    await waitFor(() => expect(server.asked.filter(({ path }) => path === '/api/key-frames/k1/picture').map(({ query }) => query.get('width'))).toContain('1280'));
    expect(server.faults).toEqual([]);
  });

  it('are found by how they begin, exactly, and with letters off', async () => {
    const { user, server } = openPage('/plates', some);
    expect(await texts()).toHaveLength(3);
    const before = server.asked.length;
    await user.type(screen.getByLabelText('Plate'), 'ab1');
    await waitFor(async () => expect(await texts()).toEqual(['AB-12 CD']));
    expect(location.search).toBe('?q=ab1');
    // Not a question for each key stroke.
    const questions = server.asked.slice(before).filter(({ path }) => path === '/api/plates');
    expect(questions.map(({ query }) => [query.get('text'), query.get('match')])).toEqual([['ab1', 'prefix']]);
    await user.selectOptions(screen.getByLabelText('Search'), 'Is exactly');
    expect(await screen.findByText(/^No plate fits. Take away some letters, search with “Is like”/)).toBeTruthy();
    await user.clear(screen.getByLabelText('Plate'));
    await user.type(screen.getByLabelText('Plate'), 'AB12GH');
    await user.selectOptions(screen.getByLabelText('Search'), 'fuzzy');
    await waitFor(async () => expect(await texts()).toEqual(['AB-12 CD']));
    expect(location.search).toBe('?q=AB12GH&match=fuzzy');
    expect(server.asked.filter(({ path }) => path === '/api/plates').at(-1)?.query.get('max_edits')).toBe('2');
  });

  it('are narrowed to a camera and come page by page', async () => {
    const { user } = openPage('/plates?camera=door', (server) => {
      some(server);
      server.tracksOnAPage = 1;
    });
    expect(await texts()).toEqual(['AB-12 CD']);
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await texts()).toEqual(['AB-12 CD', 'KX 7']));
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove Door' }));
    await waitFor(() => expect(location.search).toBe(''));
  });

  it('are reached with "g p", and their search with "/"', async () => {
    const { user } = openPage('/live', some);
    await heading('Live');
    await user.keyboard('gp');
    await heading('Plates');
    await user.keyboard('/');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Plate')));
    expect(location.search).toBe('');
  });

  it('without a camera that reads them say how to switch it on', async () => {
    openPage('/plates', (server) => {
      server.cameras = [cameraOf('door', { name: 'Door' })];
    });
    expect(await screen.findByText(/^No camera reads plates/)).toBeTruthy();
  });

  it('that cannot be had say why, and can be asked for again', async () => {
    const { user, server } = openPage('/plates', (fake) => {
      some(fake);
      const answer = fake.answer.bind(fake);
      let refuse = 2;
      fake.answer = (asked) => (asked.path === '/api/plates' && refuse-- > 0 ? { status: 503, body: { code: 'store.away', detail: 'The database is away.' } } : answer(asked));
    });
    expect(await screen.findByText('The database is away.')).toBeTruthy();
    await user.click(await screen.findByRole('button', { name: 'Retry' }));
    expect(await texts()).toHaveLength(3);
    expect(server.faults).toEqual([]);
  });

  it('say what the lists say of them, and the lists are edited line by line', async () => {
    const { user, server } = openPage('/plates', (fake) => {
      some(fake);
      fake.plates = [
        plateOf('p1', 'AB 12', { listed: { list: 'allowed', plate: 'ab-12', label: 'the gardener' } }),
        plateOf('p2', 'XY 99', { listed: { list: 'denied', plate: 'XY99', label: '' } }),
        plateOf('p3', 'KX 7', { listed: { list: 'unknown', plate: '', label: '' } }),
      ];
      fake.plateSettings = { ...fake.plateSettings, version: 4, allow: [{ plate: 'ab-12', label: 'the gardener' }] };
    });
    const [first, second, third] = await rows();
    expect(first?.textContent).toContain('Expected· the gardener');
    expect(second?.textContent).toContain('Not wanted');
    expect(third?.textContent).toContain('Unknown');
    await user.click(screen.getByRole('button', { name: 'Lists and formats' }));
    const dialog = within(await screen.findByRole('dialog'));
    const expected = await dialog.findByLabelText<HTMLTextAreaElement>('Expected plates');
    expect(expected.value).toBe('ab-12 : the gardener');
    await user.type(dialog.getByLabelText('Plates that are not wanted'), '{enter}--{enter}XY 99 : stolen');
    server.plateFault = { pointer: '/deny/0/plate', detail: 'has no letter or digit' };
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('Line 2: has no letter or digit')).toBeTruthy();
    server.plateFault = null;
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(server.plateSettings.version).toBe(5);
    expect(server.plateSettings.deny).toEqual([
      { plate: '--', label: '' },
      { plate: 'XY 99', label: 'stolen' },
    ]);
    expect(server.faults).toEqual([]);
  });

  it('are found in uploads too, with the way to their moment', async () => {
    const found = (text: string, ms: number, more = {}) => ({
      asset_id: 'walk',
      asset_name: 'walk.mp4',
      job_id: 'j2',
      handed_in: '2026-11-21T10:00:00Z',
      time_ms: ms,
      track: ms,
      text,
      region: null,
      confidence: 0.88,
      listed: null,
      ...more,
    });
    const { user, server } = openPage('/plates?q=mk&camera=door', (fake) => {
      some(fake);
      fake.foundPlates = [found('MK 724', 26_000), found('AB-12 CD', 900, { asset_name: '' })];
    });
    expect(await screen.findByText(/^No plate fits/)).toBeTruthy();
    await user.click(screen.getByRole('radio', { name: 'Uploads' }));
    expect(await texts()).toEqual(['MK 724']);
    expect(location.search).toBe('?in=uploads&q=mk&camera=door');
    const [row] = await rows();
    expect(row?.textContent).toMatch(/88 %walk\.mp4.*0:26\.0/);
    expect(within(row as HTMLElement).getByRole('link').getAttribute('href')).toBe('/uploads/walk?t=26');
    // What cameras are is of no meaning there.
    expect(screen.queryByLabelText('Cameras')).toBeNull();
    expect(server.asked.filter(({ path }) => path === '/api/assets/plates').every(({ query }) => !query.has('camera'))).toBe(true);
    await user.clear(screen.getByLabelText('Plate'));
    await waitFor(async () => expect(await texts()).toEqual(['MK 724', 'AB-12 CD']));
    expect((await rows())[1]?.textContent).toContain('without a name');
    await user.type(screen.getByLabelText('Plate'), 'zz');
    expect(await screen.findByText(/^No plate in an upload fits/)).toBeTruthy();
    expect(server.faults).toEqual([]);
  });
});
