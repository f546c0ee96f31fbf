import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { UNDO_MS, useRemovals } from '../src/stores/removals';
import { useToasts } from '../src/stores/toasts';
import { apiKeyOf, userOf } from './fake/samples';
import { type FakeServer, problem } from './fake/server';
import { heading, openPage } from './page';

const DAY = 86_400;
const NONE = { files: null, pictures: null, findings: null, jobs: null };

beforeEach(() => {
  for (const id of useRemovals.getState().hidden) useRemovals.getState().undo(id);
  useToasts.setState({ toasts: [] });
});

// Kim has times of her own, and so has somebody who is gone.
const some = (server: FakeServer) => {
  server.people = [userOf('u2', 'Kim'), userOf('u3', 'Lu')];
  server.apiKeys = [apiKeyOf('k1', 'backup')];
  server.retention = {
    everybody: { files: 30 * DAY, pictures: 0, findings: 0, jobs: 7 * DAY },
    owners: [
      { ...NONE, owner: 'u9', jobs: 0 },
      { ...NONE, owner: 'u2', files: 36 * 3600, pictures: 0 },
    ],
  };
};

const OPEN = { name: 'How long they are kept' };

async function open(prepare: (server: FakeServer) => void = some) {
  const { server, user } = openPage('/uploads', prepare);
  await heading('Uploads');
  await user.click(await screen.findByRole('button', OPEN));
  const dialog = within(await screen.findByRole('dialog'));
  return { server, user, dialog };
}
type Dialog = Awaited<ReturnType<typeof open>>['dialog'];
const rows = async (dialog: Dialog) => (await dialog.findAllByRole('row')).slice(1).map(({ textContent }) => textContent);
const changes = (server: FakeServer) => server.asked.filter(({ method }) => method === 'PUT').map(({ path, body }) => [path, body]);

describe('For how long uploads are kept', () => {
  it('is shown to an administrator: everybody’s times, and those of whoever has their own, by name', async () => {
    const { server, dialog } = await open();
    const [everybody, kim, gone, ...more] = await rows(dialog);
    expect(everybody).toMatch(/^Everybody.*30 days.*for ever.*for ever.*7 days/);
    expect(kim).toMatch(/^KimUser.*36 hours.*for ever.*everybody’s.*everybody’s/);
    expect(gone).toMatch(/^Somebody who is goneu9/);
    expect(more).toEqual([]);
    expect(dialog.getByText(/Everybody’s times are set in/).textContent).toMatch(/vigil\.yaml.*uploads\.keep,.*what an administrator holds stays/);
    expect(server.faults).toEqual([]);
  });

  it('is nothing that a viewer sees, or asks for', async () => {
    const { server } = openPage('/uploads', (fake) => {
      some(fake);
      fake.role = 'viewer';
    });
    await heading('Uploads');
    expect(await screen.findByText(/used$/)).toBeTruthy();
    expect(screen.queryByRole('button', OPEN)).toBeNull();
    expect(server.asked.some(({ path }) => ['/api/retention', '/api/users', '/api/keys'].includes(path))).toBe(false);
  });

  it('is asked for again when it cannot be had', async () => {
    const { user, dialog } = await open((fake) => {
      some(fake);
      const answer = fake.answer.bind(fake);
      let refuse = 2;
      fake.answer = (asked) => (asked.path === '/api/keys' && refuse-- > 0 ? problem(503, 'store.away', 'The database is away.') : answer(asked));
    });
    expect(await dialog.findByText('The database is away.')).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Retry' }));
    expect(await rows(dialog)).toHaveLength(3);
    expect(dialog.queryByText('The database is away.')).toBeNull();
  });

  it('is changed for one owner, who is warned about what goes', async () => {
    const { server, user, dialog } = await open();
    await user.click(await dialog.findByRole('button', { name: 'Change the times of Kim' }));
    expect(screen.getByRole('dialog', { name: 'Times of Kim' })).toBeTruthy();
    const files = dialog.getByLabelText<HTMLInputElement>('Files');
    expect(document.activeElement).toBe(files);
    expect([files.value, dialog.getByLabelText<HTMLSelectElement>('Files, unit').value]).toEqual(['36', 'hours']);
    expect(dialog.queryByText(/goes within a minute/)).toBeNull();
    await user.clear(files);
    await user.type(files, '12');
    expect(dialog.getByText(/goes within a minute/)).toBeTruthy();
    expect(dialog.getByText('files that came more than 12 hours ago, with everything made of them')).toBeTruthy();
    expect(dialog.getByText('What is held stays.')).toBeTruthy();
    await user.selectOptions(dialog.getByLabelText('Files, unit'), 'days');
    // Longer than it was.
    expect(dialog.queryByText(/goes within a minute/)).toBeNull();
    await user.selectOptions(dialog.getByLabelText('Jobs, unit'), 'for ever');
    expect(dialog.getByLabelText<HTMLInputElement>('Jobs').disabled).toBe(true);
    await user.keyboard('{Tab}{Enter}');
    expect(changes(server)).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Change the times of Kim' }));
    await user.clear(dialog.getByLabelText('Files'));
    await user.type(dialog.getByLabelText('Files'), '12{Enter}');
    expect(await screen.findByText('The times of Kim were saved')).toBeTruthy();
    expect(changes(server)).toEqual([['/api/retention/u2', { files: 12 * 3600, pictures: 0, findings: null, jobs: null }]]);
    expect((await rows(dialog))[1]).toMatch(/12 hours/);
    // Where one was before.
    expect(document.activeElement).toBe(dialog.getByRole('button', { name: 'Change the times of Kim' }));
    expect(server.faults).toEqual([]);
  });

  it('is set for another: a user, an API key, or whoever comes without sign-in', async () => {
    const { server, user, dialog } = await open();
    await user.click(await dialog.findByRole('button', { name: 'Other times for somebody' }));
    const whose = dialog.getByLabelText<HTMLSelectElement>('Whose uploads');
    expect([...whose.options].map(({ text }) => text)).toEqual(['Choose', 'Lu', 'backup', 'Without sign-in']);
    await user.selectOptions(whose, 'backup');
    await user.type(dialog.getByLabelText('Pictures'), '1.5');
    expect(dialog.getByText('pictures taken out of them more than 36 hours ago')).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('The times of the API key backup were saved')).toBeTruthy();
    expect(changes(server)).toEqual([['/api/retention/k1', { files: null, pictures: 36 * 3600, findings: null, jobs: null }]]);
    expect((await rows(dialog))[1]).toMatch(/^backupAPI key/);
  });

  it('is not sent where something is wrong with it, which is said at its place', async () => {
    const { server, user, dialog } = await open();
    await user.click(await dialog.findByRole('button', { name: 'Other times for somebody' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(dialog.getByText('Choose whose uploads these times are for.')).toBeTruthy();
    expect(dialog.getByText(/^Enter at least one time/)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(dialog.getByLabelText('Whose uploads')));
    await user.selectOptions(dialog.getByLabelText('Whose uploads'), 'Without sign-in');
    await user.type(dialog.getByLabelText('Files'), '1,5');
    await user.type(dialog.getByLabelText('Findings'), '0');
    expect(dialog.getByText('Enter a number such as 30 or 1.5, or leave it empty.')).toBeTruthy();
    expect(dialog.getByLabelText('Files').getAttribute('aria-invalid')).toBe('true');
    expect(dialog.getByText(/^Enter more than 0\./)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(changes(server)).toEqual([]);
    await user.clear(dialog.getByLabelText('Files'));
    await user.clear(dialog.getByLabelText('Findings'));
    await user.type(dialog.getByLabelText('Findings'), '2');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(changes(server)).toEqual([['/api/retention/local', { files: null, pictures: null, findings: 2 * DAY, jobs: null }]]));
  });

  it('stays entered when the server refuses it, and when the dialog is closed', async () => {
    const { server, user, dialog } = await open();
    await user.click(await dialog.findByRole('button', { name: 'Change the times of Kim' }));
    await user.type(dialog.getByLabelText('Findings'), '5');
    const answer = server.answer.bind(server);
    const refusals = [problem(422, 'request.invalid', 'This makes no sense.', { errors: [{ pointer: '/findings', detail: 'is too much' }] }), problem(404, 'user.not_found', 'There is no such user or API key.')];
    server.answer = (asked) => (asked.method === 'PUT' ? (refusals.shift() ?? answer(asked)) : answer(asked));
    const save = () => user.click(dialog.getByRole('button', { name: 'Save' }));
    await save();
    expect(await dialog.findByText('is too much')).toBeTruthy();
    expect(dialog.queryByText("Couldn't save the times.")).toBeNull();
    await save();
    expect(await dialog.findByText('There is no such user or API key.')).toBeTruthy();
    server.away = true;
    await save();
    expect(await dialog.findByText(/^The server does not answer/)).toBeTruthy();
    server.away = false;
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', OPEN)));
    await user.click(screen.getByRole('button', OPEN));
    const again = within(await screen.findByRole('dialog', { name: 'Times of Kim' }));
    expect((await again.findByLabelText<HTMLInputElement>('Findings')).value).toBe('5');
    await user.click(again.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.retention.owners.find(({ owner }) => owner === 'u2')?.findings).toBe(5 * DAY));
    // Nothing is left of it.
    await user.click(await again.findByRole('button', { name: 'Other times for somebody' }));
    await user.click(again.getByRole('button', { name: 'Cancel' }));
    expect(await rows(again)).toHaveLength(3);
    expect(document.activeElement).toBe(again.getByRole('button', { name: 'Other times for somebody' }));
  });

  it('is taken back, unless somebody thinks better of it', async () => {
    const { server, user, dialog } = await open();
    await user.click(await dialog.findByRole('button', { name: 'Take back the times of Kim' }));
    // What would go: pictures were kept for ever, and still are; nothing becomes shorter.
    expect((await rows(dialog))[1]).toMatch(/^KimUserAs everybody’s from now on\.Undo/);
    expect(document.activeElement).toBe(dialog.getByRole('button', { name: 'Undo: times of Kim' }));
    // The toast offers the same, over the dialog, which stays.
    const undo = within(screen.getByText('The times of Kim are as everybody’s again.').parentElement as HTMLElement).getByRole('button', { name: 'Undo' });
    fireEvent.pointerDown(undo);
    fireEvent.click(undo);
    expect((await rows(dialog))[1]).toMatch(/36 hours/);
    await user.click(dialog.getByRole('button', { name: 'Take back the times of somebody who is gone' }));
    expect((await rows(dialog))[2]).toMatch(/Unless you undo it, this goes: jobs that ended more than 7 days ago/);
    await user.keyboard('{Enter}');
    expect(document.activeElement).toBe(dialog.getByRole('button', { name: 'Change the times of somebody who is gone' }));
    expect(screen.queryByText('The times of somebody who is gone are as everybody’s again.')).toBeNull();
    expect(changes(server)).toEqual([]);
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    try {
      fireEvent.click(dialog.getByRole('button', { name: 'Take back the times of Kim' }));
      await act(() => vi.advanceTimersByTimeAsync(UNDO_MS + 100));
    } finally {
      vi.useRealTimers();
    }
    await waitFor(() => expect(changes(server)).toEqual([['/api/retention/u2', {}]]));
    await waitFor(async () => expect(await rows(dialog)).toHaveLength(2));
    // And can be given again.
    await user.click(dialog.getByRole('button', { name: 'Other times for somebody' }));
    expect(within(dialog.getByLabelText('Whose uploads')).getByText('Kim')).toBeTruthy();
    expect(server.faults).toEqual([]);
  });

  it('is as it was, and says so, when it cannot be taken back', async () => {
    const { server, dialog } = await open();
    await dialog.findByRole('button', { name: 'Take back the times of Kim' });
    const answer = server.answer.bind(server);
    server.answer = (asked) => (asked.method === 'PUT' ? problem(503, 'store.away', 'The database is away.') : answer(asked));
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    try {
      fireEvent.click(dialog.getByRole('button', { name: 'Take back the times of Kim' }));
      fireEvent.click(dialog.getByRole('button', { name: 'Close' }));
      await act(() => vi.advanceTimersByTimeAsync(UNDO_MS + 100));
    } finally {
      vi.useRealTimers();
    }
    expect(await screen.findByText('The times of Kim could not be taken back. The database is away.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', OPEN));
    expect((await rows(within(await screen.findByRole('dialog'))))[1]).toMatch(/36 hours/);
  });
});
