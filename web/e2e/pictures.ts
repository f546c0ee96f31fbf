import type { Page } from 'playwright-core';
import { expect } from 'vitest';

// What stands on the page: single pictures by their address, videos by how far they are.
const shown = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>('img[src^="blob:"]')].filter((image) => image.naturalWidth > 0);
    const videos = [...document.querySelectorAll('video')].map((video, i) => ({ video, i })).filter(({ video }) => video.videoWidth > 0 && video.checkVisibility({ visibilityProperty: true }));
    return [...images.map((image) => image.src), ...videos.map(({ video, i }) => `video ${i} at ${video.currentTime}`)];
  });

// At least `least` pictures stand, and as many are replaced by newer ones or go on as video.
export async function picturesChange(page: Page, least = 1): Promise<void> {
  await expect.poll(async () => (await shown(page)).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(least);
  const before = await shown(page);
  await expect.poll(async () => (await shown(page)).filter((source) => !before.includes(source)).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(least);
}

// "live", "stale", "none" or "paused" of the tile whose link has this name.
export const freshnessOf = (page: Page, name: RegExp): Promise<string | null> =>
  page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) }).locator('[data-freshness]').getAttribute('data-freshness');
