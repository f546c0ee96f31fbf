import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cameraOf, type FakeServer, subjectOf, trackOf } from './fake/server';
import { heading, openPage } from './page';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const some = (server: FakeServer) => {
  server.cameras = [cameraOf('door', { name: 'Door' }), cameraOf('yard', { name: 'Yard' })];
  server.subjects = [subjectOf('204'), subjectOf('7', { label: 'car', track_count: 1, similarity: 0.9 })];
  const subject = { id: '204', similarity: 0.823 };
  server.tracks = [
    trackOf('t3', { number: 3, camera_id: 'yard', subject, first_seen: ago(60), last_seen: ago(50) }),
    trackOf('t2', { number: 2, subject, first_seen: ago(300), last_seen: ago(290) }),
    trackOf('t1', { number: 1, first_seen: ago(600), last_seen: ago(590) }),
  ];
};
const cards = async () => within(await screen.findByRole('list', { name: 'Subjects' })).getAllByRole('link');

describe('Subjects', () => {
  it('are called probable, with how often and when they were seen', async () => {
    const { server } = openPage('/subjects', some);
    await heading('Subjects');
    const names = (await cards()).map((card) => card.textContent);
    expect(names[0]).toMatch(/^person S-204, probable, 0.71, 2 sightings, /);
    expect(names[1]).toMatch(/^car S-7, probable, 0.90, 1 sighting, /);
    expect(screen.getByText(/A likeness, never a certainty/)).toBeTruthy();
    // The newest sighting of each gives its picture.
    await waitFor(() => expect(server.asked.some(({ path }) => path === '/api/tracks/t3/picture')).toBe(true));
    expect(server.faults).toEqual([]);
  });

  it('are narrowed to a label', async () => {
    const { user } = openPage('/subjects', some);
    await cards();
    await user.type(screen.getByLabelText('Label'), 'car{Enter}');
    await waitFor(async () => expect(await cards()).toHaveLength(1));
    expect(location.search).toBe('?label=car');
    await user.click(screen.getByRole('button', { name: 'Remove car' }));
    await waitFor(async () => expect(await cards()).toHaveLength(2));
  });

  it('without a camera that recognises people say how to switch it on', async () => {
    openPage('/subjects', (server) => {
      server.cameras = [cameraOf('door', { name: 'Door' })];
    });
    expect(await screen.findByText(/^No camera recognises people again/)).toBeTruthy();
  });
});

describe('A subject', () => {
  it('says where other servers saw it', async () => {
    openPage('/subjects/204', (server) => {
      some(server);
      server.elsewhere = [{ camera: 'north/gate', track: 9, label: 'person', first_seen: ago(30), last_seen: ago(20) }];
    });
    const list = within(await screen.findByRole('list', { name: 'On other servers' })).getAllByRole('listitem');
    expect(list.map((each) => each.textContent)).toEqual([expect.stringMatching(/^north\/gate /)]);
  });

  it('goes from camera to camera, each sighting as probable as it is', async () => {
    const { server } = openPage('/subjects/204', some);
    await heading('person S-204');
    const way = within(screen.getByRole('list', { name: 'From camera to camera' })).getAllByRole('listitem');
    expect(way.map((stay) => stay.textContent?.split(' ')[0])).toEqual(['Door', 'Yard']);
    const sightings = within(screen.getByRole('list', { name: 'Sightings' })).getAllByRole('link');
    expect(sightings.map((card) => card.textContent)).toEqual([expect.stringMatching(/^person 3, probable, 0.82, Yard, /), expect.stringMatching(/^person 2, probable, 0.82, Door, /)]);
    expect(screen.queryByText(/These are the newest/)).toBeNull();
    expect(screen.queryByText('On other servers')).toBeNull();
    expect(server.faults).toEqual([]);
  });

  it('of many sightings leads to all of them', async () => {
    const { user } = openPage('/subjects/204', (server) => {
      some(server);
      server.subjects = [subjectOf('204', { track_count: 230 })];
    });
    expect(await screen.findByText(/These are the newest 2 of 230/)).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'All of them in Detections' }));
    await heading('Detections');
    expect(await screen.findByRole('button', { name: 'Remove Subject S-204' })).toBeTruthy();
    expect(within(await screen.findByRole('list', { name: 'Detections' })).getAllByRole('link')).toHaveLength(2);
  });

  it('is walked through with n and p, and left where one came from', async () => {
    const { user } = openPage('/subjects/204', some);
    await user.click(await screen.findByRole('link', { name: /^person 3/ }));
    await heading('person 3');
    expect(screen.getByRole('link', { name: 'S-204' }).getAttribute('href')).toBe('/subjects/204');
    await user.keyboard('n');
    await heading('person 2');
    await user.keyboard('n');
    expect(screen.getByRole('button', { name: 'Next of the list' })).toHaveProperty('disabled', true);
    await user.keyboard('p');
    await heading('person 3');
    await user.keyboard('{Escape}');
    await heading('person S-204');
  });

  it('that is not there says so', async () => {
    openPage('/subjects/99', some);
    expect(await screen.findByText(/There is no subject 99/)).toBeTruthy();
  });
});
