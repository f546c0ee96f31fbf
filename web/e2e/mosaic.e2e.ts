import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, openTab, shot, type Tab } from './browser';
import { Simulator, Vigil } from './vigil';

// Sixteen cameras at once as video in one window; what is not seen does not play.

const CAMERAS = 16;
// Sixteen decoders on a machine that does other things meanwhile.
const PATIENCE = { timeout: 60_000 };

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;
let tab: Tab;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(CAMERAS), Vigil.start('none')]);
  for (let n = 1; n <= CAMERAS; ++n) {
    const streams = { roles: ['live', 'recording'], streams: [{ name: 'sub', source_url: `${sim.address(n)}/sub`, roles: ['analysis'] }] };
    await vigil.add(`cam_${n}`, `Camera ${n}`, sim.address(n), { number: n, ...(n === CAMERAS ? {} : streams) });
  }
  tab = await openTab(browser, vigil.url);
});
afterAll(async () => {
  await tab?.context.close();
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});

const players = (page: Page) => page.locator('[data-player]').evaluateAll((boxes) => boxes.map((box) => `${(box as HTMLElement).dataset.player ?? ''} ${(box as HTMLElement).dataset.stream ?? ''}`.trim()));
const times = (page: Page) => page.locator('[data-player] video').evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).currentTime));
const sessions = async () => Number(/^vigil_webrtc_sessions (\d+)/m.exec(await (await fetch(`${vigil.url}/metrics`)).text())?.[1]);

async function allMove(page: Page): Promise<void> {
  const before = await times(page);
  await expect.poll(async () => (await times(page)).filter((time, i) => time > (before[i] ?? Infinity) + 1).length, PATIENCE).toBe(before.length);
}

describe('a wall of sixteen', { timeout: 240_000 }, () => {
  it('plays them all, each by the stream that fits its size', async () => {
    const { page } = tab;
    await page.goto('/live?layout=16');
    const expected = [...Array.from({ length: CAMERAS - 1 }, () => 'live webrtc sub'), 'live webrtc main'];
    await expect.poll(() => players(page), PATIENCE).toEqual(expected);
    await allMove(page);
    expect(await sessions()).toBe(CAMERAS);
    // The large streams of the others are not connected for it.
    const large = async () => {
      const { streams } = (await vigil.api('GET', '/api/cameras/cam_1/status')) as { streams: { name: string; state: string }[] };
      return streams.find(({ name }) => name === 'main')?.state === 'connected';
    };
    await expect.poll(large, PATIENCE).toBe(false);
    await shot(page, 'wall-sixteen-1440-dark');
    expect(tab.complaints).toEqual([]);
  });

  it('plays only what is on the page of the wall', async () => {
    const { page } = tab;
    await page.goto('/live?layout=4');
    await expect.poll(async () => (await players(page)).map((player) => player.replace(/ (main|sub)$/, '')), PATIENCE).toEqual(Array.from({ length: 4 }, () => 'live webrtc'));
    await expect.poll(sessions, PATIENCE).toBe(4);
  });

  it('plays nothing while it is paused, and goes on', async () => {
    const { page } = tab;
    await page.keyboard.press('Space');
    await expect.poll(() => players(page), PATIENCE).toEqual(Array.from({ length: 4 }, () => 'off'));
    await expect.poll(sessions, PATIENCE).toBe(0);
    await page.keyboard.press('Space');
    await expect.poll(sessions, PATIENCE).toBe(4);
    await allMove(page);
  });

  it('plays what is in view of a phone', async () => {
    const phone = await openTab(browser, vigil.url, { width: 390, height: 780, touch: true, dark: false });
    await tab.page.goto('about:blank');
    await expect.poll(sessions, PATIENCE).toBe(0);
    await phone.page.goto('/live');
    await expect.poll(async () => (await players(phone.page)).filter((player) => player.startsWith('live webrtc')).length, PATIENCE).toBeGreaterThanOrEqual(3);
    expect(await sessions()).toBeLessThan(CAMERAS);
    await shot(phone.page, 'wall-sixteen-390-light');
    await phone.context.close();
  });
});
