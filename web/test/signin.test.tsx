import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cameraOf, type FakeServer } from './fake/server';
import { heading, openPage } from './page';

const required = (name = 'ana', password = 'correct horse') => (server: FakeServer) => {
  server.authMode = 'required';
  server.users.set(name, password);
};

describe('the sign-in', () => {
  it('keeps the wanted page for afterwards', async () => {
    const { user, server } = openPage('/cameras', required());
    await heading('Sign in');
    expect(location.search).toBe('?next=%2Fcameras');
    await user.type(screen.getByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'correct horse');
    await user.click(screen.getByRole('button', { name: 'Sign in' }));
    await heading('Cameras');
    expect(location.pathname).toBe('/cameras');
    expect(server.faults).toEqual([]);
  });

  it('says that name or password is wrong, empties the password and takes the focus there', async () => {
    const { user } = openPage('/login', required());
    await user.type(await screen.findByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'wrong{Enter}');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveProperty('textContent', 'Name or password is wrong.');
    expect(document.activeElement).toBe(alert);
    expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('');
  });

  it('never goes to another server afterwards', async () => {
    const { user } = openPage('/login?next=//evil.example/x', required());
    await user.type(await screen.findByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}');
    await heading('Live');
    expect(location.href).toBe('http://vigil.test/live');
  });

  it('is asked for on top of the page when the session ends, and the action goes on', async () => {
    const { user, server } = openPage('/cameras', (fake) => {
      required()(fake);
      fake.cameras = [cameraOf('door', { name: 'Door' })];
    });
    await user.type(await screen.findByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}');
    await heading('Cameras');
    server.expire(true);
    const dialog = await screen.findByRole('dialog', { name: 'Your session ended' }, { timeout: 5000 });
    expect(location.pathname).toBe('/cameras');
    await user.type(within(dialog).getByLabelText('Password'), 'correct horse{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await heading('Cameras');
    expect(server.faults).toEqual([]);
  });

  it('is not there where the server asks for none', async () => {
    openPage('/me');
    await heading('Account');
    expect(screen.getByRole('heading', { name: 'No sign-in' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Sign out' })).toBeNull();
  });
});

describe('the first run', () => {
  const fresh = (server: FakeServer) => {
    server.authMode = 'required';
    server.setupToken = 'tok-1';
  };

  it('begins with an account, whatever page was asked for, and goes on to the first camera', async () => {
    const { user, server } = openPage('/live', fresh);
    await heading('Make the first account');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(screen.getByText('Choose a name.')).toBeTruthy();
    expect(screen.getByText('At least 10 characters.')).toBeTruthy();
    await user.type(screen.getByLabelText('Set-up link'), 'http://vigil:8000/setup?token=tok-1');
    await user.type(screen.getByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'correct horse battery');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await heading('Add camera');
    expect(server.users.get('ana')).toBe('correct horse battery');
    expect(server.faults).toEqual([]);
  });

  it('explains a link that is of no use', async () => {
    const { user } = openPage('/live', fresh);
    await user.type(await screen.findByLabelText('Set-up link'), 'old');
    await user.type(screen.getByLabelText('Name'), 'ana');
    await user.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
    expect((await screen.findByRole('alert')).textContent).toMatch(/Restart the server/);
  });
});
