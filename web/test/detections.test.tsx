import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cameraOf, type FakeServer, plateOf, trackOf } from './fake/server';
import { heading, openPage } from './page';

const some = (server: FakeServer) => {
  const door = cameraOf('door', { name: 'Door' });
  door.analysis.enabled = true;
  server.cameras = [door, cameraOf('yard', { name: 'Yard' })];
  server.tracks = [
    trackOf('t3', { number: 3, ended: false }),
    trackOf('t2', { number: 2, label: 'car', camera_id: 'yard', best_score: 0.4 }),
    trackOf('t1', { number: 1, key_frame_id: null, attributes: [{ name: 'upper_colour', value: 'red', confidence: 0.8, model: 'm' }] }),
  ];
};
const cards = async () => within(await screen.findByRole('list', { name: 'Detections' })).getAllByRole('link');
const names = async () => (await cards()).map((card) => card.textContent?.split(', ').filter((_, i) => i % 2 === 0).slice(0, 2).join(', ').replace('No picture was kept', ''));

describe('Detections', () => {
  it('are listed newest first, each with what, where and when', async () => {
    const { server } = openPage('/detections', some);
    await heading('Detections');
    expect(await names()).toEqual(['person 3, Door', 'car 2, Yard', 'person 1, Door']);
    expect((await cards())[0]?.textContent).toMatch(/^person 3, 87 %, Door, .*, still there$/);
    expect(screen.getByText('No picture was kept')).toBeTruthy();
    expect(server.faults).toEqual([]);
  });

  it('are filtered by chips that stand in the address', async () => {
    const { user } = openPage('/detections?label=car', some);
    expect(await names()).toEqual(['car 2, Yard']);
    await user.click(screen.getByRole('button', { name: 'Remove car' }));
    await waitFor(async () => expect(await names()).toHaveLength(3));
    expect(location.search).toBe('');
    await user.selectOptions(screen.getByLabelText('Camera'), 'Door');
    await waitFor(async () => expect(await names()).toEqual(['person 3, Door', 'person 1, Door']));
    await user.type(screen.getByLabelText('Label'), 'person{Enter}');
    await user.selectOptions(screen.getByLabelText('Confidence'), 'From 90 %');
    expect(location.search).toBe('?camera=door&label=person&score=0.9');
    expect(await screen.findByText(/^Nothing was seen. Take away the least confidence or the label “person” or the camera/)).toBeTruthy();
  });

  it('come page by page', async () => {
    const { user, server } = openPage('/detections', (fake) => {
      some(fake);
      fake.tracksOnAPage = 2;
    });
    expect(await names()).toHaveLength(2);
    expect(screen.getByText('2 detections, and more')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await names()).toHaveLength(3));
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
    expect(server.asked.some(({ query }) => query.get('cursor') === '2')).toBe(true);
  });

  it('are walked with the arrow keys and opened with Enter', async () => {
    const { user } = openPage('/detections', some);
    const [first, second] = await cards();
    first?.focus();
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(second);
    await user.keyboard('{Enter}');
    await heading('car 2');
  });

  it('are walked one by one with n and p, and left to the same list', async () => {
    const { user } = openPage('/detections?range=7d', some);
    await user.click((await cards())[0] as HTMLElement);
    await heading('person 3');
    await user.keyboard('n');
    await heading('car 2');
    await user.keyboard('nn');
    await heading('person 1');
    await user.click(screen.getByRole('button', { name: 'The one before' }));
    await heading('car 2');
    await user.keyboard('{Escape}');
    await heading('Detections');
    expect(location.search).toBe('?range=7d');
  });

  it('without a camera that looks for objects say how to switch it on', async () => {
    openPage('/detections', (fake) => {
      fake.cameras = [cameraOf('door', { name: 'Door' })];
    });
    expect(await screen.findByText(/^No camera looks for objects yet/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Go to Cameras' }).getAttribute('href')).toBe('/cameras');
  });
});

describe('A detection', () => {
  it('shows its facts, and what looks like it as probable', async () => {
    const { server, user } = openPage('/detections/t1', (fake) => {
      some(fake);
      fake.plates = [plateOf('p1', 'AB 12'), plateOf('p2', 'AB 12')];
      fake.similar = [{ track: trackOf('t9', { number: 9, camera_id: 'yard' }), similarity: 0.823 }];
    });
    await heading('person 1');
    expect(screen.getByText('upper colour').nextElementSibling?.textContent).toBe('red 80 %');
    expect(screen.getByRole('link', { name: 'Door' }).getAttribute('href')).toBe('/live/camera/door');
    const other = await screen.findByRole('link', { name: /^person 9/ });
    expect(other.textContent).toMatch(/^person 9, probable, 0.82, Yard, /);
    expect((await screen.findByRole('link', { name: 'AB 12' })).getAttribute('href')).toBe('/plates?q=AB+12&match=exact');
    await user.keyboard('s');
    expect(document.activeElement).toBe(other);
    expect(server.faults).toEqual([]);
  });

  it('whose looks were not recorded says so', async () => {
    openPage('/detections/t1', some);
    expect(await screen.findByText(/^Its looks were not recorded/)).toBeTruthy();
  });

  it('has its picture also when the server was busy at first', async () => {
    openPage('/detections/t3', (fake) => {
      some(fake);
      fake.picturesBusy = 2;
    });
    expect(await screen.findByRole('img', { name: 'person as it was seen best' }, { timeout: 10_000 })).toBeTruthy();
  }, 20_000);

  it('that is not there says so', async () => {
    openPage('/detections/ghost', some);
    expect(await screen.findByText(/There is no track ghost/)).toBeTruthy();
  });
});
