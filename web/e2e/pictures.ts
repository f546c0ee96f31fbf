import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const shown = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLImageElement>('img[src^="blob:"]')].filter((image) => image.naturalWidth > 0).map((image) => image.src));

// At least `least` pictures stand, and each of them is replaced by a newer one.
export async function picturesChange(page: Page, least = 1): Promise<void> {
  await expect.poll(async () => (await shown(page)).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(least);
  const before = await shown(page);
  await expect.poll(async () => (await shown(page)).filter((source) => !before.includes(source)).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(least);
}

// "live", "stale", "none" or "paused" of the tile whose link has this name.
export const freshnessOf = (page: Page, name: RegExp): Promise<string | null> =>
  page.getByRole('listitem').filter({ has: page.getByRole('link', { name }) }).locator('[data-freshness]').getAttribute('data-freshness');
