import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, launch, openTab, shot, sideScroll, smallTargets } from './browser';
import { Simulator, Vigil } from './vigil';

// Every page, dark and light, on a phone, a tablet and a desk: no axe violation, no sideways scroll, targets for fingers.

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;

const PAGES = [
  ['live', '/live', 'Live'],
  ['camera', '/live/camera/cam_1', '01 Door'],
  ['camera-down', '/live/camera/cam_2', '02 Yard with a name that is rather long for a tile'],
  ['detections-none', '/detections', 'Detections'],
  ['subjects-none', '/subjects', 'Subjects'],
  ['plates-unread', '/plates', 'Plates'],
  ['cameras', '/cameras', 'Cameras'],
  ['add', '/cameras/new', 'Add camera'],
  ['edit', '/cameras/cam_1', 'Edit 01 Door'],
  ['push', '/cameras/cam_3', 'Edit 03 Till'],
  ['account', '/me', 'Account'],
  ['nowhere', '/nowhere', 'Page not found'],
] as const;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(1), Vigil.start('none')]);
  await vigil.add('cam_1', 'Door', sim.address(1), { number: 1, place: 'Restaurant', section: 'Ground floor', analysis: { enabled: true, model: 'classic', rate: { mode: 'fixed_fps', fps: 1 } } });
  await vigil.add('cam_2', 'Yard with a name that is rather long for a tile', 'rtsp://127.0.0.1:9/none', { number: 2 });
  await vigil.api('POST', '/api/cameras', { id: 'cam_3', name: 'Till', number: 3, source_type: 'http_push' });
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});

describe.each([
  ['dark', true],
  ['light', false],
] as const)('%s', (theme, dark) => {
  it.each([
    [375, 812],
    [768, 1024],
    [1440, 900],
  ])('at %d px', async (width, height) => {
    const faults: string[] = [];
    for (const [name, path, title] of PAGES) {
      const touch = width === 375;
      const { page, context, complaints } = await openTab(browser, vigil.url, { width, height, dark, touch });
      await page.goto(path);
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
      faults.push(...(await axeViolations(page)).map((fault) => `${name}: ${fault}`));
      const over = await sideScroll(page);
      if (over > 0) faults.push(`${name}: ${over} px of sideways scroll`);
      if (touch) faults.push(...(await smallTargets(page)).map((fault) => `${name}: small target ${fault}`));
      faults.push(...complaints.map((fault) => `${name}: console: ${fault}`));
      await shot(page, `${name}-${width}-${theme}`);
      await context.close();
    }
    expect(faults).toEqual([]);
  });
});
