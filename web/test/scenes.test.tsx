import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { sceneOf } from './fake/samples';
import { cameraOf, type FakeServer } from './fake/server';
import { heading, openPage } from './page';

const some = (server: FakeServer) => {
  const door = cameraOf('door', { name: 'Door' });
  Object.assign(door.analysis, { enabled: true, scene: true });
  server.cameras = [door, cameraOf('yard', { name: 'Yard' })];
  server.scenes = [
    sceneOf('s1'),
    sceneOf('s2', { camera_id: 'yard', type: 'night', description: 'Nobody; it is dark.', model: 'llava', key_frame_id: null }),
  ];
};
const cards = async () => within(await screen.findByRole('list', { name: 'Scenes' })).getAllByRole('listitem');

describe('Scenes', () => {
  it('are told in words, with their picture, camera and who said it', async () => {
    const { server } = openPage('/scenes', some);
    await heading('Scenes');
    const [first, second] = await cards();
    expect(first?.textContent).toContain('Seven people, two cars; it is day.');
    expect(first?.textContent).toContain('Door');
    expect(second?.textContent).toContain('by llava');
    expect(second?.textContent).toContain('No picture was kept');
    expect(server.faults).toEqual([]);
  });

  it('are narrowed to a camera', async () => {
    const { user } = openPage('/scenes', some);
    expect(await cards()).toHaveLength(2);
    await user.selectOptions(screen.getByLabelText('Camera'), 'yard');
    expect(await screen.findByText('1 scene')).toBeTruthy();
    expect(location.search).toBe('?camera=yard');
  });

  it('say how to switch them on where no camera describes what it shows', async () => {
    openPage('/scenes', (server) => {
      server.cameras = [cameraOf('door')];
    });
    expect(await screen.findByText(/^No camera describes what it shows/)).toBeTruthy();
  });
});
