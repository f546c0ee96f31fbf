import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openTab, shot, type Tab } from './browser';
import { freshnessOf, picturesChange } from './pictures';
import { Simulator, Vigil } from './vigil';

// Cameras and the server fail; the page says what, and is right again without a click.

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;
let tab: Tab;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(4), Vigil.start('none')]);
  for (const [n, name] of ['Door', 'Yard', 'Till', 'Dock'].entries()) await vigil.add(`cam_${n + 1}`, name, sim.address(n + 1), { number: n + 1 });
  tab = await openTab(browser, vigil.url);
});
afterAll(async () => {
  await tab?.context.close();
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});

const tile = (name: RegExp) => tab.page.getByRole('link', { name });

describe('the wall', () => {
  it('shows four cameras that move', async () => {
    await tab.page.goto('/live');
    await tile(/^Dock, live/).waitFor({ timeout: 30_000 });
    await picturesChange(tab.page, 4);
    expect(await freshnessOf(tab.page, /^Door/)).toBe('live');
    await shot(tab.page, 'wall-real-1440-dark');
  });

  it('plays, and asks for, nothing that is not in view', async () => {
    const asked: string[] = [];
    tab.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await tab.page.goto('/live?layout=1');
    await tile(/^Door, live/).waitFor();
    await expect.poll(() => tab.page.locator('[data-player]').getAttribute('data-player'), { timeout: 30_000 }).toBe('live webrtc');
    const cameras = asked.map((path) => /^\/api\/cameras\/([^/]+)\/(?:frame\/latest|live|whep)$/.exec(path)?.[1]);
    expect([...new Set(cameras.filter((camera) => camera !== undefined))]).toEqual(['cam_1']);
  });

  it.each([
    ['not-found', /^Yard, (offline|reconnecting), .*no stream at this address/],
    ['busy', /^Yard, (offline|reconnecting), .*no further connection allowed/],
  ])('names the cause of %s, lets the others run on, and is live again by itself', async (fault, words) => {
    const { page } = tab;
    await page.goto('/live');
    await tile(/^Yard, live/).waitFor({ timeout: 30_000 });
    sim.fault(2, fault);
    await vigil.api('POST', '/api/cameras/cam_2/stop');
    await vigil.api('POST', '/api/cameras/cam_2/start');
    await tile(words).waitFor({ timeout: 30_000 });
    await expect.poll(() => freshnessOf(page, /^Yard/), { timeout: 20_000 }).toBe('stale');
    await shot(page, `wall-${fault}-1440-dark`);
    await picturesChange(page, 3);
    sim.clear(2);
    await tile(/^Yard, live/).waitFor({ timeout: 40_000 });
    await expect.poll(() => freshnessOf(page, /^Yard/), { timeout: 20_000 }).toBe('live');
  });

  it('names a refused sign-in, and tries again when asked to', async () => {
    const { page } = tab;
    sim.fault(2, 'wrong-password');
    await vigil.api('POST', '/api/cameras/cam_2/stop');
    await vigil.api('POST', '/api/cameras/cam_2/start');
    await tile(/^Yard, (offline|reconnecting), .*wrong user name or password/).waitFor({ timeout: 30_000 });
    await page.getByRole('link', { name: 'Change password: Yard' }).waitFor();
    await page.goto('/cameras?state=faults');
    await page.getByRole('rowheader', { name: /Yard/ }).waitFor();
    await shot(page, 'cameras-fault-1440-dark');
    sim.clear(2);
    // The server waits longer and longer here, so that the camera does not lock the account.
    await page.getByRole('button', { name: 'Actions for Yard' }).click();
    await page.getByRole('menuitem', { name: 'Try now' }).click();
    await page.getByText('No camera has a fault.').waitFor({ timeout: 20_000 });
    await page.goto('/live');
    await tile(/^Yard, live/).waitFor({ timeout: 20_000 });
  });

  it('stops its clock when a camera falls silent', async () => {
    const { page } = tab;
    sim.fault(3, 'silence');
    await tile(/^Till, (offline|reconnecting)/).waitFor({ timeout: 30_000 });
    await expect.poll(() => freshnessOf(page, /^Till/), { timeout: 20_000 }).toBe('stale');
    sim.clear(3);
    await tile(/^Till, live/).waitFor({ timeout: 40_000 });
  });
});

describe('one camera', () => {
  it('is stopped and started by hand', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    await picturesChange(page);
    await page.getByRole('button', { name: 'Stop camera' }).click();
    await page.getByText('Somebody stopped this camera.').waitFor();
    await page.getByRole('button', { name: 'Start camera' }).click();
    await page.getByText('Somebody stopped this camera.').waitFor({ state: 'detached' });
    await picturesChange(page);
    await page.getByText('H.264').first().waitFor({ timeout: 20_000 });
  });

  it('gets a mask, drawn with the mouse', async () => {
    const { page } = tab;
    await page.goto('/cameras/cam_1');
    await page.getByRole('button', { name: 'Draw a mask' }).click();
    const picture = page.getByRole('group', { name: /^Drawing a mask/ });
    for (const [x, y] of [
      [100, 60],
      [300, 80],
      [320, 220],
      [100, 60],
    ] as const) {
      await picture.click({ position: { x, y } });
    }
    await page.getByRole('button', { name: /^Point 3 of 3/ }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Door was saved').waitFor();
    const stored = (await vigil.api('GET', '/api/cameras/cam_1')) as { motion: { masks: number[][][] } };
    expect(stored.motion.masks.map((mask) => mask.length)).toEqual([3]);
  });

  it('is renamed without touching the others, and deleted after a question', async () => {
    const { page } = tab;
    await page.goto('/cameras/cam_4');
    await page.getByLabel(/^Name \(/).fill('Ramp');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit 04 Ramp' }).waitFor();
    await page.getByRole('button', { name: 'Delete camera' }).click();
    await page.getByRole('alertdialog', { name: 'Delete Ramp?' }).waitFor();
    await shot(page, 'delete-1440-dark');
    await page.getByRole('button', { name: 'Delete Ramp' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cameras' }).waitFor();
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(3);
  });
});

describe('the server', () => {
  it('that goes away is said, the pictures stay and are old, and all catches up when it is back', async () => {
    const { page } = tab;
    await page.goto('/live');
    await tile(/^Door, live/).waitFor({ timeout: 30_000 });
    await picturesChange(page, 3);
    await vigil.down();
    await page.getByText(/No connection to the server since/).waitFor({ timeout: 8_000 });
    await expect.poll(() => freshnessOf(page, /^Door/), { timeout: 20_000 }).toBe('stale');
    await shot(page, 'away-1440-dark');
    await vigil.up();
    await page.getByText(/No connection to the server since/).waitFor({ state: 'detached', timeout: 40_000 });
    await picturesChange(page, 3);
    await expect.poll(() => freshnessOf(page, /^Door/), { timeout: 20_000 }).toBe('live');
  });

  it('left nothing on the console', () => {
    expect(tab.complaints).toEqual([]);
  });
});
