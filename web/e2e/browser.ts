import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

// Debian's Chromium, with nothing that phones anywhere.

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A camera that shows a clock, and nobody is asked.
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });

export interface Tab {
  context: BrowserContext;
  page: Page;
  // What the console said that it should not have, policy violations included.
  complaints: string[];
}

interface TabOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  touch?: boolean;
}

export async function openTab(browser: Browser, baseURL: string, options: TabOptions = {}): Promise<Tab> {
  const { width = 1440, height = 900, dark = true, touch = false } = options;
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    hasTouch: touch,
    isMobile: touch,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refused request is part of some tests; what the page makes of it is looked at there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { context, page, complaints };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

// Every violation of WCAG 2.2 A and AA and of good practice that axe-core finds, one line each.
export async function axeViolations(page: Page): Promise<string[]> {
  // Through the debugger, not a script element: the page's policy allows none.
  await page.evaluate(axeSource);
  const result = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] })",
  )) as AxeResult;
  return result.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ''}`));
}

export const sideScroll = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

// Controls that a finger has to meet and that are smaller than 44 px, links inside sentences aside.
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], input, select, summary, [role="switch"], [role="menuitem"]')]
      .filter((element) => element.getAttribute('aria-hidden') !== 'true' && element.checkVisibility() && getComputedStyle(element).display !== 'inline' && !element.closest('.sr-only'))
      .map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const before = getComputedStyle(element, '::before');
        const grown = before.position === 'absolute' ? Math.max(0, -parseFloat(before.top) || 0) * 2 : 0;
        return { element, width: width + grown, height: height + grown };
      })
      .filter(({ width, height }) => height > 0 && (height < 43.5 || width < 24))
      .map(({ element, width, height }) => `${Math.round(width)}×${Math.round(height)} ${element.outerHTML.slice(0, 120)}`),
  );

const folder = process.env.VIGIL_SHOTS;

// A picture to look at, where VIGIL_SHOTS names a folder.
export async function shot(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: resolve(folder, `${name}.png`), fullPage: true });
}
