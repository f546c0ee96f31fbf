import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AssetTrack } from '../src/api/types';
import { useRemovals } from '../src/stores/removals';
import { assetOf, type FakeServer, jobOf } from './fake/server';
import { openPage } from './page';

const trackOf = (number: number, label: string, first: number, more: Partial<AssetTrack> = {}): AssetTrack => ({
  number,
  label,
  specific_type: null,
  first_ms: first,
  last_ms: first + 4200,
  frames: 42,
  best_score: 0.87,
  stationary: false,
  best_box: [0.1, 0.2, 0.1, 0.4],
  path: [[0.1, 0.6]],
  subject: null,
  attributes: [],
  plate: null,
  ...more,
});

function analysed(server: FakeServer): void {
  server.assets = [assetOf('walk', { name: 'walk.mp4' })];
  server.jobs = [jobOf('j2', { kind: 'analyse', asset_id: 'walk' }), jobOf('j1', { kind: 'verify', asset_id: 'walk' })];
  const plate = { track: 2, time_ms: 26_000, text: 'MK 724', region: null, confidence: 0.9, box: [0, 0, 1, 1] as [number, number, number, number] };
  server.findings = {
    analysis: {
      finished_at: null,
      video: {},
      settings: {},
      model: 'yolox-nano@1',
      device: 'cpu',
      width: 640,
      height: 320,
      frames: 1500,
      analysed: 1500,
      detected: 1200,
      interval_ms: 40,
      tracks: 3,
      labels: { car: 1, person: 2 },
      plates: 1,
      scenes: 0,
      annotated: true,
      problems: ['2 pictures are damaged'],
    },
    tracks: [trackOf(1, 'person', 800), trackOf(2, 'car', 25_300, { plate }), trackOf(3, 'person', 61_000, { attributes: [{ name: 'upper_colour', value: 'red', confidence: 0.7, model: 'm' }] })],
    frames: [],
  };
}

const objects = async () => within(await screen.findByRole('list', { name: 'Objects' })).getAllByRole('button');
const player = () => screen.getByLabelText('walk.mp4') as HTMLVideoElement;

beforeEach(() => {
  useRemovals.setState({ hidden: new Set() });
  // Nothing is drawn here.
  HTMLCanvasElement.prototype.getContext = () => null;
});

describe('What was found in a video', () => {
  it('is listed with its time, and what is known of it', async () => {
    openPage('/uploads/walk', analysed);
    expect((await objects()).map((each) => each.textContent)).toEqual(['Show person 10:00.8 to 0:05.087 %', 'Show car 20:25.3 to 0:29.5MK 72487 %', 'Show person 31:01.0 to 1:05.2red87 %']);
    expect(screen.getByText('2 × person, 1 × car in 1,500 pictures, by yolox-nano@1')).toBeTruthy();
    expect(screen.getByText('2 pictures are damaged')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save the video with boxes' })).toBeTruthy();
  });

  it('takes the player to its moment, for which the boxes are fetched', async () => {
    const { server, user } = openPage('/uploads/walk', analysed);
    const [, car] = await objects();
    const asked = () => server.asked.filter(({ path }) => path.endsWith('/boxes')).map(({ query }) => query.get('from_ms'));
    await waitFor(() => expect(asked()).toEqual(['0']));
    await user.click(car as HTMLElement);
    expect(player().currentTime).toBe(25.3);
    fireEvent.seeked(player());
    await waitFor(() => expect(asked()).toEqual(['0', '20000']));
    player().currentTime = 55;
    fireEvent.timeUpdate(player());
    await waitFor(() => expect(asked().slice(2).sort()).toEqual(['40000', '60000']));
  });

  it('begins at the moment that the address names', async () => {
    openPage('/uploads/walk?t=26.5', analysed);
    await objects();
    await waitFor(() => expect(player().getAttribute('src')).toBe('/api/assets/walk/shared?link=l1#t=26.5'));
  });

  it('is played as the video with boxes where the browser cannot play the file, and that is said', async () => {
    const { user } = openPage('/uploads/walk', analysed);
    await objects();
    fireEvent.error(player());
    await waitFor(() => expect(player().getAttribute('src')).toBe('/api/jobs/j2/outputs/annotated.mp4/shared?link=l2'));
    expect(screen.getByText(/^This browser does not play the file itself\./)).toBeTruthy();
    expect(document.querySelector('canvas[data-overlay]')).toBeNull();
    expect(screen.getByRole('link', { name: 'Save' }).getAttribute('href')).toBe('/api/assets/walk/shared?link=l1');
    await user.click((await objects())[1] as HTMLElement);
    expect(player().currentTime).toBe(25.3);
    fireEvent.error(player());
    expect(await screen.findByText('This browser does not play this file. Save it to look at it.')).toBeTruthy();
  });

  it('fills the screen together with its boxes', async () => {
    const filled: Element[] = [];
    Object.assign(document, { fullscreenEnabled: true });
    Element.prototype.requestFullscreen = function fill(this: Element) {
      filled.push(this);
      return Promise.resolve();
    };
    const { user } = openPage('/uploads/walk', analysed);
    await objects();
    await user.click(screen.getByRole('button', { name: 'Full screen' }));
    expect(filled).toEqual([player().parentElement]);
    expect(filled[0]?.querySelector('canvas[data-overlay]')).toBeTruthy();
    expect(player().getAttribute('controlslist')).toBe('nofullscreen');
    Object.assign(document, { fullscreenEnabled: false });
  });

  it('is narrowed to one kind', async () => {
    const { user } = openPage('/uploads/walk', analysed);
    await objects();
    await user.click(screen.getByRole('radio', { name: 'car' }));
    await waitFor(async () => expect(await objects()).toHaveLength(1));
  });

  it('comes page by page', async () => {
    const { user } = openPage('/uploads/walk', (server) => {
      analysed(server);
      server.tracksOnAPage = 2;
    });
    expect(await objects()).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'Show more' }));
    await waitFor(async () => expect(await objects()).toHaveLength(3));
  });

  it('is looked for when asked, once at a time', async () => {
    const { server, user } = openPage('/uploads/walk', (fake) => {
      analysed(fake);
      fake.jobs = [jobOf('j1', { kind: 'verify', asset_id: 'walk' })];
    });
    await user.click(await screen.findByRole('switch', { name: 'Draw a video, too' }));
    await user.click(screen.getByRole('button', { name: 'Find objects' }));
    await waitFor(() => expect(server.asked.find(({ method, path }) => method === 'POST' && path.endsWith('/jobs'))?.body).toEqual({ kind: 'analyse', analyse: { annotate: true } }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Find objects' })).toBeNull());
    expect(screen.queryByRole('list', { name: 'Objects' })).toBeNull();
  });

  it('stays when the browser cannot play the file, and there is no video with boxes either', async () => {
    openPage('/uploads/walk', (fake) => {
      analysed(fake);
      if (fake.findings !== null) fake.findings.analysis.annotated = false;
    });
    await objects();
    fireEvent.error(player());
    expect(await screen.findByText(/This browser does not play this file/)).toBeTruthy();
    expect(within(screen.getByRole('list', { name: 'Objects' })).queryByRole('button')).toBeNull();
    expect(screen.getByText('car 2')).toBeTruthy();
  });
});
