import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../test/fake/listen';
import { cameraOf, FakeServer, plateOf, subjectOf, trackOf } from '../test/fake/server';
import { launch, openTab, shot } from './browser';
import { tryEveryPage } from './every-page';

// Pages of what was seen, full of it, in a real browser. No simulated camera has cars with plates: a server of the same
// contract stands in.

let browser: Browser;
let server: { url: string; close: () => Promise<void> };

const PAGES = [
  ['detections', '/detections?range=all&label=person&camera=door', 'Detections'],
  ['detection', '/detections/t1', 'person 1'],
  ['subjects', '/subjects', 'Subjects'],
  ['subject', '/subjects/204', 'person S-204'],
  ['plates', '/plates', 'Plates'],
  ['plates-none', '/plates?q=ZZ&match=exact&range=1h', 'Plates'],
] as const;

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

// A street with a car that carries a plate.
async function street(): Promise<Uint8Array> {
  const page = await browser.newPage();
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const fill = (colour: string, x: number, y: number, w: number, h: number) => {
      context.fillStyle = colour;
      context.fillRect(x, y, w, h);
    };
    fill('#8794a0', 0, 0, 1280, 720);
    fill('#55606a', 0, 360, 1280, 360);
    fill('#27408b', 420, 260, 360, 180);
    fill('#ffffff', 512, 360, 128, 29);
    context.fillStyle = '#101010';
    context.font = 'bold 24px monospace';
    context.textAlign = 'center';
    context.fillText('AB 12 CD', 576, 383);
    return canvas.toDataURL('image/jpeg', 0.9);
  });
  await page.close();
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

beforeAll(async () => {
  browser = await launch();
  const fake = new FakeServer();
  const picture = await street();
  fake.keptPicture = () => picture;
  fake.cameras = [cameraOf('door', { name: 'Door', number: 1 }), cameraOf('yard', { name: 'Yard with a name that is rather long for a card', number: 2 })];
  const subject = { id: '204', similarity: 0.823 };
  fake.tracks = Array.from({ length: 14 }, (_, i) =>
    trackOf(`t${i + 1}`, {
      number: i + 1,
      camera_id: i % 4 < 2 ? 'door' : 'yard',
      key_frame_id: i === 3 ? null : 'k1',
      ended: i > 0,
      first_seen: ago(60 + 400 * i),
      last_seen: ago(30 + 400 * i),
      subject: i % 2 === 0 ? subject : null,
      attributes: [{ name: 'upper_colour', value: 'red', confidence: 0.8, model: 'm' }],
    }),
  );
  fake.similar = fake.tracks.slice(4, 8).map((track) => ({ track, similarity: 0.7 }));
  fake.subjects = [subjectOf('204', { track_count: 30 }), subjectOf('7', { label: 'car', track_count: 1, similarity: 0.9 })];
  fake.plates = [
    plateOf('p1', 'AB 12 CD', { box: [0.4, 0.5, 0.1, 0.04], region: 'Germany' }),
    plateOf('p2', 'WWW 88888888', { track_id: 't2', camera_id: 'yard', confidence: 0.52, time: ago(90_000) }),
    plateOf('p3', 'KX 7', { track_id: 't3', key_frame_id: null }),
  ];
  server = await listen(fake, resolve('dist'));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

tryEveryPage(
  PAGES,
  () => ({ browser, url: server.url }),
  async (page, name) => {
    if (name !== 'plates-none') await page.locator('img[src^="blob:"]').first().waitFor();
  },
);

describe('plates', () => {
  it('are in the middle of their crops', async () => {
    const { page, context } = await openTab(browser, server.url);
    await page.goto('/plates');
    const row = page.getByRole('row').filter({ hasText: 'AB 12 CD' });
    const image = row.locator('img');
    await image.waitFor();
    const frame = (await row.locator('span:has(> img)').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const whole = (await image.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(Math.abs(whole.x + 0.45 * whole.width - (frame.x + frame.width / 2))).toBeLessThan(1);
    expect(Math.abs(whole.y + 0.52 * whole.height - (frame.y + frame.height / 2))).toBeLessThan(1);
    expect(frame.width).toBe(160);
    await context.close();
  });

  it('are under More on a phone', async () => {
    const { page, context } = await openTab(browser, server.url, { width: 375, height: 812, touch: true });
    await page.goto('/detections');
    await page.getByRole('heading', { level: 1, name: 'Detections' }).waitFor();
    await page.getByRole('button', { name: 'More' }).tap();
    await shot(page, 'more-375-dark');
    await page.getByRole('menuitem', { name: 'Plates' }).tap();
    await page.getByRole('heading', { level: 1, name: 'Plates' }).waitFor();
    await context.close();
  });
});
