import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeViolations, openTab, shot, sideScroll, smallTargets } from './browser';

// Name of the screenshot, path, first heading.
export type PageToTry = readonly [name: string, path: string, title: string];

export interface Place {
  browser: Browser;
  url: string;
}

// Names of pages that their bar has no room for.
const clippedEntries = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll<HTMLElement>('nav a span, nav a')].filter((element) => element.scrollWidth > element.clientWidth && element.clientWidth > 0).map((element) => element.innerText));

// Tests: each page, dark and light, on a phone, a tablet and a desk, has no axe violation, no sideways scroll, no clipped entry in its
// bar, targets for fingers, and nothing to complain of in the console. `place` is asked when they run; `complete`: what else must be there first.
export function tryEveryPage(pages: readonly PageToTry[], place: () => Place, complete: (page: Page, name: string) => Promise<void> = async () => {}): void {
  describe.each([
    ['dark', true],
    ['light', false],
  ] as const)('%s', (theme, dark) => {
    it.each([
      [375, 812],
      [768, 1024],
      [1440, 900],
    ])('at %d px', async (width, height) => {
      const { browser, url } = place();
      const faults: string[] = [];
      for (const [name, path, title] of pages) {
        const touch = width === 375;
        const { page, context, complaints } = await openTab(browser, url, { width, height, dark, touch });
        await page.goto(path);
        await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
        await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
        await complete(page, name);
        faults.push(...(await axeViolations(page)).map((fault) => `${name}: ${fault}`));
        const over = await sideScroll(page);
        if (over > 0) faults.push(`${name}: ${over} px of sideways scroll`);
        faults.push(...(await clippedEntries(page)).map((fault) => `${name}: clipped: ${fault}`));
        if (touch) faults.push(...(await smallTargets(page)).map((fault) => `${name}: small target ${fault}`));
        faults.push(...complaints.map((fault) => `${name}: console: ${fault}`));
        await shot(page, `${name}-${width}-${theme}`);
        await context.close();
      }
      expect(faults).toEqual([]);
    });
  });
}
