import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../test/fake/listen';
import { assetOf, FakeServer, jobOf } from '../test/fake/server';
import { axeViolations, launch, openTab, shot, sideScroll } from './browser';
import { Cutter } from './cutter';
import { film, PICTURE } from './films';
import { Vigil } from './vigil';

// Many pictures, recordings of one's own, and jobs that are followed.

const FRAMES = 7200;
let browser: Browser;
let server: FakeServer;
let fake: { url: string; close: () => Promise<void> };
let vigil: Vigil;
let folder: string;

beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'vigil-gallery-'));
  server = new FakeServer();
  server.assets = [assetOf('walk')];
  server.jobs = [jobOf('j9', { kind: 'extract', result: { pictures: FRAMES } })];
  const name = (i: number) => `frame_${String(i * 1000).padStart(9, '0')}.jpg`;
  server.outputs.set('j9', Array.from({ length: FRAMES }, (_, i) => ({ name: name(i), size: PICTURE.length, media_type: 'image/jpeg', facts: { time_ms: i * 1000 } })));
  server.keptPicture = () => PICTURE;
  fake = await listen(server, resolve('dist'));
  vigil = await Vigil.start('none');
});
afterAll(async () => {
  await browser?.close();
  await fake?.close();
  await vigil?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const gallery = (page: Page) => page.getByRole('list', { name: 'Pictures of Frames and details' });
const inDocument = (page: Page) => gallery(page).getByRole('listitem').count();
const focused = (page: Page) => page.evaluate(() => Number(document.activeElement?.getAttribute('data-index') ?? -1));

describe('7,200 pictures', () => {
  it.each([
    ['a desk', 1440, 900, false],
    ['a phone', 375, 812, true],
  ])('on %s are scrolled and walked through, and only those in view are in the page', async (where, width, height, touch) => {
    const { page, context, complaints } = await openTab(browser, fake.url, { width, height, touch });
    try {
      await page.goto('/uploads/walk');
      await page.getByText('7,200 pictures').waitFor();
      await gallery(page).locator('img').first().waitFor();
      expect(await inDocument(page)).toBeLessThan(120);
      await shot(page, `gallery-${where.replace('a ', '')}`);
      // To the end of what is there, again and again, until all of it is.
      const last = page.getByRole('button', { name: /^frame_007199000\.jpg/ });
      for (let i = 0; i < 400 && (await last.count()) === 0; i += 1) {
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
        await page.waitForTimeout(50);
      }
      await last.waitFor();
      expect(await inDocument(page)).toBeLessThan(120);
      // Long tasks while it scrolls back through all of it.
      const longest = await page.evaluate(async () => {
        let worst = 0;
        let before = performance.now();
        for (let i = 60; i >= 0; i -= 1) {
          window.scrollTo(0, (document.documentElement.scrollHeight * i) / 60);
          await new Promise((done) => requestAnimationFrame(done));
          const now = performance.now();
          worst = Math.max(worst, now - before);
          before = now;
        }
        return worst;
      });
      // With the whole list in the document it takes seconds.
      expect(longest).toBeLessThan(1500);
      await gallery(page).getByRole('button').first().focus();
      await page.keyboard.press('End');
      await expect.poll(() => focused(page)).toBe(FRAMES - 1);
      await page.keyboard.press('Home');
      await expect.poll(() => focused(page)).toBe(0);
      await page.keyboard.press('PageDown');
      await expect.poll(() => focused(page)).toBeGreaterThan(1);
      await page.keyboard.press('ArrowLeft');
      const here = await focused(page);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: `frame_${String(here * 1000).padStart(9, '0')}.jpg` }).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('dialog', { name: `frame_${String((here + 1) * 1000).padStart(9, '0')}.jpg` }).waitFor();
      await page.keyboard.press('Escape');
      expect(await axeViolations(page)).toEqual([]);
      expect(await sideScroll(page)).toBe(0);
      expect(complaints).toEqual([]);
      expect(server.faults).toEqual([]);
    } finally {
      await context.close();
    }
  });
});

describe('A recording', () => {
  it('is made by the camera of the device and handed in', async () => {
    const { page, context, complaints } = await openTab(browser, vigil.url);
    try {
      await page.goto('/uploads');
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Record with this device' });
      await dialog.getByRole('button', { name: 'Record', exact: true }).click();
      await dialog.getByText(/^Recording, [2-9] s/).waitFor();
      await shot(page, 'recording');
      await dialog.getByRole('button', { name: 'Stop' }).click();
      await dialog.getByLabel('What was recorded').waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Hand it in' }).click();
      const row = page.getByRole('list', { name: 'Files', exact: true }).getByRole('listitem').filter({ hasText: /^recording \d{4}-/ });
      await row.getByText('Done').waitFor();
      await row.getByText(/(VP8|VP9|vp8|vp9|H\.264)/).waitFor();
      await row.locator('img').waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });

  it('says what to do where there is no camera', async () => {
    const { page, context } = await openTab(browser, vigil.url);
    try {
      await page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      });
      await page.goto('/uploads');
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      await page.getByText(/Allow it for this page/).waitFor();
    } finally {
      await context.close();
    }
  });
});

describe('Jobs', () => {
  it('move while one looks, also after the line was cut', async () => {
    const cutter = await Cutter.start(vigil.url, 0, () => Infinity);
    const { page, context } = await openTab(browser, cutter.url);
    const asked: string[] = [];
    const sockets: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    try {
      await page.goto('/uploads?view=jobs');
      await expect.poll(() => sockets.length).toBe(1);
      await page.getByLabel('Videos to upload').setInputFiles(film(folder, 'followed.mp4'));
      const row = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: 'Look at the video' }).filter({ hasText: 'followed.mp4' });
      await row.getByText('Done').waitFor();
      cutter.cutAll();
      await expect.poll(() => sockets.length, { timeout: 30_000 }).toBe(2);
      // It says what it heard last.
      expect(sockets[1]).toMatch(/\/api\/jobs\/live\?after=\d+$/);
      await page.getByLabel('Videos to upload').setInputFiles(film(folder, 'after.mp4', 4));
      await page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: 'Look at the video' }).filter({ hasText: 'after.mp4' }).getByText('Done').waitFor();
      // While nothing happens nobody asks.
      await page.waitForTimeout(3000);
      asked.length = 0;
      await page.waitForTimeout(4000);
      expect(asked.filter((path) => path === '/api/jobs')).toEqual([]);
    } finally {
      await context.close();
      await cutter.close();
    }
  });
});
