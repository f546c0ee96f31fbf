import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { UNDO_MS } from '../src/stores/removals';
import { assetOf, problem } from './fake/server';
import { openPage } from './page';

describe('A file that was deleted', () => {
  it('comes back, and it is said why, when the server does not delete it', async () => {
    const { server } = openPage('/uploads', (fake) => {
      fake.assets = [assetOf('walk'), assetOf('dark')];
    });
    await screen.findByText('dark.mp4');
    const answer = server.answer.bind(server);
    server.answer = (asked) => (asked.method === 'DELETE' ? problem(409, 'asset.held', 'This file is held.') : answer(asked));
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout'] });
    try {
      fireEvent.click(screen.getByRole('button', { name: 'Delete dark.mp4' }));
      expect(screen.queryByText('dark.mp4')).toBeNull();
      await act(() => vi.advanceTimersByTimeAsync(UNDO_MS + 100));
    } finally {
      vi.useRealTimers();
    }
    expect(await screen.findByText('dark.mp4 could not be deleted. This file is held.')).toBeTruthy();
    expect(await screen.findByText('dark.mp4')).toBeTruthy();
  });
});
