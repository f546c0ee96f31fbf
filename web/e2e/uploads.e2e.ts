import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../test/fake/listen';
import { userOf } from '../test/fake/samples';
import { assetOf, FakeServer, jobOf } from '../test/fake/server';
import { axeViolations, launch, openTab, shot, smallTargets } from './browser';
import { Cutter } from './cutter';
import { tryEveryPage } from './every-page';
import { film, pedestrians, PICTURE } from './films';
import { Vigil } from './vigil';

let browser: Browser;
let fake: { url: string; close: () => Promise<void> };
let vigil: Vigil;
let folder: string;

beforeAll(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'vigil-uploads-'));
  const server = new FakeServer();
  server.assets = [
    assetOf('walk'),
    assetOf('dark', {
      name: 'a name that is rather long for a card of a file on a phone, and goes on.mp4',
      video: null,
      thumbnail: null,
      fault: { code: 'media.none', detail: 'There is no video in this file.' },
    }),
  ];
  server.keptPicture = () => PICTURE;
  server.jobs = [
    jobOf('j1', { asset_id: 'dark', state: 'failed', reason: 'media.none', detail: 'There is no video in this file.' }),
    jobOf('j2', { asset_id: 'walk', state: 'processing', progress: 0.22, step: 'frames 412 of 1,900', finished_at: null }),
    jobOf('j3', { asset_id: 'gone' }),
    jobOf('j4', { asset_id: 'walk', kind: 'analyse' }),
  ];
  server.findings = found();
  server.people = [userOf('u2', 'Kim')];
  server.retention = {
    everybody: { files: 30 * 86_400, pictures: 0, findings: 0, jobs: 0 },
    owners: [
      { owner: 'u2', files: 3600, pictures: null, findings: 0, jobs: null },
      { owner: 'local', files: null, pictures: null, findings: null, jobs: 0 },
    ],
  };
  fake = await listen(server, resolve('dist'));
  vigil = await Vigil.start('none');
});
afterAll(async () => {
  await browser?.close();
  await fake?.close();
  await vigil?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// One who walks through the first seconds.
function found(): NonNullable<FakeServer['findings']> {
  const track = { specific_type: null, first_ms: 0, last_ms: 4000, frames: 40, best_score: 0.9, stationary: false, path: [], subject: null, attributes: [], plate: null };
  return {
    analysis: {
      finished_at: null,
      video: {},
      settings: {},
      model: 'classic',
      device: 'cpu',
      width: 320,
      height: 240,
      frames: 40,
      analysed: 40,
      detected: 40,
      interval_ms: 100,
      tracks: 2,
      labels: { car: 1, person: 1 },
      plates: 0,
      scenes: 0,
      annotated: true,
      problems: ['2 pictures are damaged'],
    },
    tracks: [
      { ...track, number: 1, label: 'person', best_box: [0.1, 0.1, 0.1, 0.4] },
      { ...track, number: 2, label: 'car', best_box: [0.5, 0.1, 0.3, 0.3] },
    ],
    frames: [],
  };
}

tryEveryPage(
  [
    ['uploads', '/uploads', 'Uploads'],
    ['jobs', '/uploads?view=jobs', 'Uploads'],
    ['file', '/uploads/walk', 'walk.mp4'],
  ],
  () => ({ browser, url: fake.url }),
  async (page) => void (await page.getByText('frames 412 of 1,900, 22 %').first().waitFor()),
);

describe.each([
  ['dark', 375],
  ['light', 375],
  ['dark', 1440],
  ['light', 1440],
] as const)('for how long they are kept, %s, at %d px', (theme, width) => {
  it('is read and entered by everybody', async () => {
    const touch = width === 375;
    const { page, context, complaints } = await openTab(browser, fake.url, { width, height: 812, dark: theme === 'dark', touch });
    const look = async (name: string) => {
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0);
      if (touch) expect(await smallTargets(page)).toEqual([]);
      await shot(page, `${name}-${width}-${theme}`);
    };
    try {
      await page.goto('/uploads');
      await page.getByRole('button', { name: 'How long they are kept' }).click();
      const take = page.getByRole('button', { name: 'Take back the times of Kim' });
      await take.waitFor();
      await look('kept');
      await take.click();
      await page.getByText(/^As everybody’s from now on/).waitFor();
      await look('kept-taken-back');
      await page.getByRole('button', { name: 'Undo: times of Kim' }).click();
      await page.getByRole('button', { name: 'Change the times of Kim' }).click();
      await page.getByRole('textbox', { name: 'Files' }).fill('0.5');
      await page.getByRole('textbox', { name: 'Jobs' }).fill('x');
      await page.getByRole('textbox', { name: 'Jobs' }).press('Enter');
      await page.getByText(/^Enter a number/).waitFor();
      await page.getByRole('textbox', { name: 'Jobs' }).fill('');
      await page.getByText(/goes within a minute/).waitFor();
      await look('kept-form');
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});

// Begins like an MP4; the rest is by chance.
function video(name: string, size: number): { path: string; sha256: string } {
  const bytes = Buffer.concat([Buffer.from('\0\0\0 ftypisom', 'latin1'), randomBytes(size - 12)]);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const sha256Of = async (name: string): Promise<string | undefined> => {
  const { assets } = (await (await fetch(`${vigil.url}/api/assets`)).json()) as { assets: { name: string; sha256: string }[] };
  return assets.find((asset) => asset.name === name)?.sha256;
};
const rowOf = (page: Page, name: string) => page.getByRole('list', { name: 'Files on their way' }).getByRole('listitem').filter({ hasText: name });

describe('a video', () => {
  it('arrives whole through a line that is cut fifty times', { timeout: 180_000 }, async () => {
    let seed = 7;
    const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const cutter = await Cutter.start(vigil.url, 50, () => 40_000 + Math.round(chance() * 160_000));
    const { path, sha256 } = video('cut.mp4', 12_000_000);
    const { page, context } = await openTab(browser, cutter.url);
    try {
      await page.goto('/uploads');
      await page.getByLabel('Videos to upload').setInputFiles(path);
      await rowOf(page, 'cut.mp4').getByText('Uploaded').waitFor({ timeout: 170_000 });
      expect(cutter.done).toBe(50);
      expect(await sha256Of('cut.mp4')).toBe(sha256);
    } finally {
      await context.close();
      await cutter.close();
    }
  });

  it('goes on after a reload, a pause, and a look at another page', async () => {
    const cutter = await Cutter.start(vigil.url, 0, () => Infinity);
    cutter.bytesPerSecond = 1_000_000;
    const { path, sha256 } = video('late.mp4', 20_000_000);
    const { page, context } = await openTab(browser, cutter.url);
    try {
      page.on('dialog', (dialog) => void dialog.accept());
      await page.goto('/uploads');
      await page.getByLabel('Videos to upload').setInputFiles(path);
      const sent = rowOf(page, 'late.mp4').getByText(/[1-9]\d? % of 20 MB, .*left/);
      await sent.waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Resume late.mp4' }).waitFor();
      await page.getByLabel('The same file again').setInputFiles(path);
      await sent.waitFor();
      await page.getByRole('button', { name: 'Pause late.mp4' }).click();
      await rowOf(page, 'late.mp4').getByText(/^Paused at [1-9]/).waitFor();
      await page.getByRole('button', { name: 'Resume late.mp4' }).click();
      await sent.waitFor();
      await page.getByRole('link', { name: 'Cameras' }).first().click();
      await page.getByRole('link', { name: /^1 upload, \d+ %$/ }).waitFor();
      cutter.bytesPerSecond = Infinity;
      await page.getByRole('link', { name: 'Uploads' }).first().click();
      await rowOf(page, 'late.mp4').getByText('Uploaded').waitFor();
      expect(await sha256Of('late.mp4')).toBe(sha256);
    } finally {
      await context.close();
      await cutter.close();
    }
  });

  it('is checked, listed, and deleted unless somebody thinks better of it', async () => {
    const path = film(folder, 'walk.mp4');
    const { page, context, complaints } = await openTab(browser, vigil.url);
    try {
      await page.goto('/uploads');
      await page.getByLabel('Videos to upload').setInputFiles([path, path]);
      const files = page.getByRole('list', { name: 'Files', exact: true }).getByRole('listitem').filter({ hasText: 'walk.mp4' });
      await files.getByText('Done').waitFor();
      // Somebody looked what it is.
      await files.getByText(/^3 s, H\.264, 320×240, /).waitFor();
      await files.locator('img').waitFor();
      await page.getByRole('button', { name: 'Delete walk.mp4' }).click();
      await files.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Undo' }).click();
      await files.getByRole('link', { name: 'walk.mp4' }).click();
      await page.getByRole('heading', { level: 1, name: 'walk.mp4' }).waitFor();
      await page.getByText('Check the bytes').waitFor();
      await page.getByText('H.264, 320×240, 10 fps').waitFor();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await expect.poll(() => sha256Of('walk.mp4'), { timeout: 30_000 }).toBeUndefined();
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });

  it('is looked through for people, who are framed in the player at their moment', async (test) => {
    const path = pedestrians(folder, 'street.mp4');
    if (path === undefined) return test.skip('the demo footage is missing');
    const { page, context, complaints } = await openTab(browser, vigil.url);
    try {
      await page.goto('/uploads');
      await page.getByLabel('Videos to upload').setInputFiles(path);
      await page.getByRole('list', { name: 'Files', exact: true }).getByRole('link', { name: 'street.mp4' }).click();
      await page.getByRole('button', { name: 'Find objects' }).click();
      const people = page.getByRole('list', { name: 'Objects' }).getByRole('button', { name: /^Show person/ });
      await people.first().waitFor({ timeout: 90_000 });
      await people.last().click();
      const [moment, boxes] = [page.getByLabel('street.mp4'), page.locator('canvas[data-overlay]')];
      await expect.poll(() => moment.evaluate((video: HTMLVideoElement) => video.readyState), { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
      // Whoever was just seen for the first time is not believed yet: some pictures later somebody is.
      await moment.evaluate((video: HTMLVideoElement) => {
        video.currentTime = 3;
      });
      await expect.poll(async () => Number(await boxes.getAttribute('data-boxes')), { timeout: 30_000 }).toBeGreaterThanOrEqual(1);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });
});

it('an administrator says for how long whose uploads are kept, and takes it back', async () => {
  const key = (await vigil.api('POST', '/api/keys', { name: 'archive', role: 'viewer' })) as { id: string };
  const said = async () => ((await vigil.api('GET', '/api/retention')) as { owners: unknown[] }).owners;
  const { page, context, complaints } = await openTab(browser, vigil.url);
  try {
    await page.goto('/uploads');
    await page.getByRole('button', { name: 'How long they are kept' }).press('Enter');
    await page.getByRole('row', { name: /^Everybody.*for ever.*for ever.*for ever.*for ever/ }).waitFor();
    await page.getByRole('button', { name: 'Other times for somebody' }).press('Enter');
    await page.getByLabel('Whose uploads').selectOption('archive');
    await page.getByRole('textbox', { name: 'Files' }).fill('1.5');
    await page.getByText('files that came more than 36 hours ago, with everything made of them').waitFor();
    await page.getByLabel('Findings, unit').selectOption('for ever');
    await page.getByRole('textbox', { name: 'Files' }).press('Enter');
    const row = page.getByRole('row', { name: /^archive\s*API key/ });
    await row.getByText('36 hours').waitFor();
    expect(await said()).toEqual([{ owner: key.id, files: 129_600, pictures: null, findings: 0, jobs: null }]);
    const takeBack = page.getByRole('button', { name: 'Take back the times of the API key archive' });
    await takeBack.press('Enter');
    // The toast lies over the dialog, which stays.
    await page.locator('[data-toast]').getByRole('button', { name: 'Undo' }).click();
    await row.getByText('36 hours').waitFor();
    expect(await said()).toHaveLength(1);
    await takeBack.press('Enter');
    await row.waitFor({ state: 'detached', timeout: 60_000 });
    expect(await said()).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('How long they are kept');
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
});
