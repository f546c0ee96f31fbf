import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { axeViolations, launch, openTab, shot, sideScroll, smallTargets, type Tab } from './browser';
import { Simulator, Vigil } from './vigil';

// A camera as video, in a real browser: it plays, stays close to live, and finds another way when one is barred.

const PATIENCE = { timeout: 45_000 };

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;
let tab: Tab;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(1, ['--audio']), Vigil.start('none')]);
  await vigil.add('cam_1', 'Door', sim.address(1), { number: 1 });
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});
beforeEach(async () => {
  tab = await openTab(browser, vigil.url);
});
afterEach(async () => {
  await tab.context.close();
});

const player = (page: Page) => page.locator('[data-player]').getAttribute('data-player');

interface Playing {
  time: number;
  frames: number;
  behind: number;
  width: number;
}
const playing = (page: Page): Promise<Playing> =>
  page.locator('[data-player] video').evaluate((element) => {
    const video = element as HTMLVideoElement;
    const { buffered } = video;
    return {
      time: video.currentTime,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      behind: buffered.length > 0 ? buffered.end(buffered.length - 1) - video.currentTime : Infinity,
      width: video.videoWidth,
    };
  });

async function moves(page: Page): Promise<Playing> {
  const before = await playing(page);
  await expect.poll(async () => (await playing(page)).time, PATIENCE).toBeGreaterThan(before.time + 1);
  const after = await playing(page);
  expect(after.frames).toBeGreaterThan(before.frames);
  return after;
}

async function barred(page: Page): Promise<void> {
  await page.route('**/whep?*', (route) => route.fulfill({ status: 500 }));
  await page.routeWebSocket(/\/mse/, (socket) => void socket.close());
}

describe('live video', { timeout: 240_000 }, () => {
  it('plays by WebRTC, at once and with the least delay', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
    expect((await moves(page)).width).toBe(640);
    await page.keyboard.press('i');
    await page.getByText('WebRTC').first().waitFor();
    await shot(page, 'live-webrtc-1440-dark');
    // Leaving the page ends the session at the server.
    await page.getByRole('link', { name: 'Cameras', exact: true }).click();
    const sessions = async () => Number(/^vigil_webrtc_sessions (\d+)/m.exec(await (await fetch(`${vigil.url}/metrics`)).text())?.[1]);
    await expect.poll(sessions, PATIENCE).toBe(0);
    expect(tab.complaints).toEqual([]);
  });

  it('plays by MSE where WebRTC is barred, close to live', async () => {
    const { page } = tab;
    await page.route('**/whep?*', (route) => route.fulfill({ status: 500 }));
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live mse');
    expect((await moves(page)).width).toBe(640);
    await expect.poll(async () => (await playing(page)).behind, PATIENCE).toBeLessThan(1);
    await page.keyboard.press('i');
    await page.getByText('MSE').first().waitFor();
    await shot(page, 'live-mse-1440-dark');
    expect(tab.complaints).toEqual([]);
  });

  it('keeps the last frame while it is paused', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(() => player(page)).toBe('off');
    const kept = await page.locator('[data-player] canvas').first().evaluate((canvas) => (canvas as HTMLCanvasElement).width);
    expect(kept).toBe(640);
    await page.getByText('paused').first().waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
  });

  it('plays the way that is pinned, also after a reload, and the best one again', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
    const choice = page.getByRole('combobox', { name: 'Play by' });
    await choice.selectOption('LL-HLS only');
    await expect.poll(() => player(page), PATIENCE).toBe('live hls');
    await page.reload();
    await expect.poll(() => player(page), PATIENCE).toBe('live hls');
    await choice.selectOption('single pictures only');
    await expect.poll(() => player(page), PATIENCE).toBe('pictures pictures');
    await choice.selectOption('the best way there is');
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
  });

  it('says of the stream and of itself what there is to know', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    const card = page.getByRole('region', { name: 'Playback' });
    const figure = async (term: string) => (await card.locator(`dt:text-is("${term}") + dd`).allInnerTexts())[0] ?? '';
    await expect.poll(() => figure('Delay'), PATIENCE).toMatch(/^\d+\.\d+ s$/);
    expect(await figure('Comes by')).toBe('WebRTC');
    expect(await figure('Codec')).toMatch(/^avc1\.[0-9a-f]{6}$/);
    expect(await figure('Sound')).toMatch(/G\.711/);
    expect(await figure('Key frames')).toMatch(/^every 1\.\d s$/);
    expect(await axeViolations(page)).toEqual([]);
    await shot(page, 'playback-1440-dark');
    const phone = await openTab(browser, vigil.url, { width: 390, height: 780, touch: true, dark: false });
    await phone.page.goto('/live/camera/cam_1');
    await expect.poll(() => player(phone.page), PATIENCE).toBe('live webrtc');
    expect(await sideScroll(phone.page)).toBeLessThanOrEqual(0);
    expect(await smallTargets(phone.page)).toEqual([]);
    await shot(phone.page, 'playback-390-light');
    await phone.context.close();
  });

  it('is silent until somebody wants to hear it', async () => {
    const { page } = tab;
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
    const muted = () => page.locator('[data-player] video').evaluate((video) => (video as HTMLVideoElement).muted);
    expect(await muted()).toBe(true);
    await page.getByRole('button', { name: 'Sound' }).click();
    expect(await muted()).toBe(false);
    // The sound of the camera comes in, and the picture goes on.
    const comes = () => page.locator('[data-player] video').evaluate((video) => ((video as HTMLVideoElement).srcObject as MediaStream | null)?.getAudioTracks().some((track) => !track.muted) ?? false);
    await expect.poll(comes, PATIENCE).toBe(true);
    await moves(page);
    expect(await player(page)).toBe('live webrtc');
    await page.keyboard.press('m');
    expect(await muted()).toBe(true);
  });

  it.each(['webrtc', 'mse'])('goes on by %s when the camera changes its parameters', async (transport) => {
    const { page } = tab;
    if (transport === 'mse') await page.route('**/whep?*', (route) => route.fulfill({ status: 500 }));
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe(`live ${transport}`);
    sim.fault(1, 'params-change');
    await expect.poll(async () => (await playing(page)).width, PATIENCE).not.toBe(640);
    await moves(page);
    expect(await player(page)).toBe(`live ${transport}`);
    sim.clear(1);
    await expect.poll(async () => (await playing(page)).width, PATIENCE).toBe(640);
    await moves(page);
  });

  it('takes LL-HLS where WebRTC and the socket are barred', async () => {
    const { page } = tab;
    await barred(page);
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('live hls');
    await moves(page);
    await expect.poll(async () => (await playing(page)).behind, PATIENCE).toBeLessThan(3);
    await shot(page, 'live-hls-1440-dark');
  });

  // Debian's Chromium plays no H.265.
  it('has the server encode what the browser cannot play', async () => {
    const { page } = tab;
    const dense = await Simulator.start(1, ['--codec', 'h265']);
    try {
      await vigil.add('cam_2', 'Yard', dense.address(1), { number: 2 });
      await page.goto('/live/camera/cam_2');
      await expect.poll(() => player(page), PATIENCE).toBe('live webrtc');
      expect((await moves(page)).width).toBe(640);
      expect(await (await fetch(`${vigil.url}/metrics`)).text()).toContain('vigil_renditions 1\n');
    } finally {
      await dense.stop();
    }
  });

  it('shows single pictures where no video comes through', async () => {
    const { page } = tab;
    await barred(page);
    await page.route('**/hls/**', (route) => route.fulfill({ status: 500 }));
    await page.goto('/live/camera/cam_1');
    await expect.poll(() => player(page), PATIENCE).toBe('pictures pictures');
    await expect.poll(() => page.locator('[data-freshness]').first().getAttribute('data-freshness'), PATIENCE).toBe('live');
  });
});
