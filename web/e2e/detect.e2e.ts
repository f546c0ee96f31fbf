import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openTab, shot, type Tab } from './browser';
import { Simulator, Vigil } from './vigil';

// From the switch in the settings to boxes on the picture and entries in the list, with a film of people in a street.

const FILM = 'videos/TUD-Campus.mp4';
const MODEL = 'models/picodet_s_320_coco.onnx';
const folder = [process.env.VIGIL_TEST_DATA, '../../shared/data'].filter((path) => path !== undefined).map((path) => resolve(path)).find((path) => existsSync(join(path, FILM)) && existsSync(join(path, MODEL)));
// A machine that does other things meanwhile sees less often, but it sees.
const PATIENCE = { timeout: 60_000 };

// Test data is no part of the repository; where it is, or VIGIL_TEST_DATA says so.
describe.skipIf(folder === undefined)('detection', { timeout: 180_000 }, () => {
  let browser: Browser;
  let vigil: Vigil;
  let sim: Simulator;
  let tab: Tab;

  beforeAll(async () => {
    [browser, sim, vigil] = await Promise.all([launch(), Simulator.film(join(folder ?? '', FILM)), Vigil.start('none', join(folder ?? '', MODEL))]);
    await vigil.add('cam_1', 'Street', sim.address(1), { number: 1 });
    tab = await openTab(browser, vigil.url);
  });
  afterAll(async () => {
    await tab?.context.close();
    await browser?.close();
    await Promise.all([vigil?.stop(), sim?.stop()]);
  });

  it('is switched on in the settings, with a model of the server', async () => {
    const { page } = tab;
    await page.goto('/cameras/cam_1');
    await page.getByRole('switch', { name: 'Detect objects' }).click();
    await page.getByText('Boxes appear here once “Detect objects” is saved.').waitFor();
    const model = page.getByRole('combobox', { name: 'Model' });
    const { default: name } = (await vigil.api('GET', '/api/models')) as { default: string };
    expect(name).toMatch(/picodet/);
    await model.selectOption(name.split('@')[0] ?? '');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Street was saved').waitFor();
  });

  it('draws boxes on the live picture, and says how it goes', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    const boxes = () => page.locator('[data-overlay]').evaluateAll((canvases) => Number((canvases[0] as HTMLElement | undefined)?.dataset.boxes ?? '0'));
    await expect.poll(boxes, PATIENCE).toBeGreaterThan(0);
    const coloured = () =>
      page.locator('[data-overlay]').evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        return (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data.some((value) => value > 0) ?? false;
      });
    // People come and go, and their boxes with them.
    await expect.poll(coloured, PATIENCE).toBe(true);
    await shot(page, 'boxes-1440-dark');
    const figures = page.getByRole('region', { name: 'Analysis' });
    await expect.poll(() => figures.getByRole('rowheader', { name: 'Model', exact: true }).count(), PATIENCE).toBe(1);
    expect(await figures.innerText()).toMatch(/Running|Degraded/);
    await page.getByRole('button', { name: 'Boxes' }).click();
    await page.locator('[data-overlay]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Boxes' }).click();
  });

  it('tries settings out over the picture before they are saved', async () => {
    const { page } = tab;
    await page.goto('/cameras/cam_1');
    const preview = page.locator('[data-preview]');
    // Pictures that are not in view are not asked for.
    await preview.scrollIntoViewIfNeeded();
    await expect.poll(() => preview.innerText(), PATIENCE).toMatch(/^[1-9]\d* objects?$/);
    await shot(page, 'preview-1440-dark');
    await page.getByLabel('Confidence', { exact: true }).fill('100');
    await expect.poll(() => preview.innerText(), PATIENCE).toMatch(/^0 objects, \d+ left out$/);
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  it('lists what was seen, each with its picture', async () => {
    const { page } = tab;
    const people = page.getByRole('list', { name: 'Detections' }).getByRole('link', { name: /^person \d+/ });
    await expect
      .poll(async () => {
        await page.goto('/detections?label=person');
        await page.getByRole('status').first().waitFor({ state: 'attached' });
        return people.count();
      }, PATIENCE)
      .toBeGreaterThan(0);
    await shot(page, 'detections-real-1440-dark');
    await people.first().click();
    await page.getByRole('heading', { level: 1, name: /^person \d+$/ }).waitFor();
    const picture = page.getByRole('img', { name: 'person as it was seen best' });
    await expect.poll(() => picture.evaluateAll((images) => images.some((image) => (image as HTMLImageElement).naturalWidth > 300)), PATIENCE).toBe(true);
    await shot(page, 'detection-real-1440-dark');
  });

  it('left nothing on the console', () => {
    expect(tab.complaints).toEqual([]);
  });
});
