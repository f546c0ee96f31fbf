import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { cameraOf, FakeServer } from '../test/fake/server';
import { listen } from '../test/fake/listen';
import { axeViolations, launch, openTab, shot, sideScroll, smallTargets } from './browser';

let browser: Browser; let url = ''; let close: () => Promise<void>; const fake = new FakeServer();
const jpg = [1,2,3,4].map((i) => new Uint8Array(readFileSync(`/tmp/webdev/p${i}.jpg`)));
beforeAll(async () => {
  browser = await launch();
  fake.picture = (c) => jpg[(c.number ?? 0) % 4]!;
  fake.cameras = [
    cameraOf('door', { name: 'Door', number: 1, place: 'Restaurant', section: 'Ground floor' }, { motion: true }),
    cameraOf('yard', { name: 'Yard', number: 2, place: 'Restaurant' }, { state: 'reconnecting', reason: 'auth', since: new Date(Date.now() - 3600e3).toISOString(), fps: 0, detail: 'RTSP 401 Unauthorized' }),
    cameraOf('till', { name: 'Till', number: 3 }),
    cameraOf('dock', { name: 'Dock with a rather long name that has to be cut somewhere', number: 4 }, { state: 'connecting', reason: 'none', fps: 0, snapshot_at: null }),
    cameraOf('gate', { name: 'Gate', number: 5, enabled: false }, { state: 'disabled', reason: 'stopped', fps: 0 }),
    cameraOf('hall', { name: 'Hall', source_type: 'http_push', source_url: null }),
  ];
  ({ url, close } = await listen(fake, resolve(__dirname, '../dist')));
});
afterAll(async () => { await browser.close(); await close(); });
const pages: [string, string][] = [['live', '/live'], ['camera', '/live/camera/yard'], ['cameras', '/cameras'], ['add', '/cameras/new'], ['edit', '/cameras/door'], ['me', '/me']];
for (const dark of [true, false]) for (const width of [375, 768, 1440]) {
  it(`${dark} ${width}`, async () => {
    const tab = await openTab(browser, url, { width, height: width === 375 ? 812 : 900, dark, touch: width === 375 });
    const bad: string[] = [];
    for (const [name, path] of pages) {
      await tab.page.goto(path);
      await tab.page.locator('h1').waitFor();
      await tab.page.waitForTimeout(900);
      for (const v of await axeViolations(tab.page)) bad.push(`${name}: ${v}`);
      const s = await sideScroll(tab.page); if (s > 0) bad.push(`${name}: side scroll ${s}`);
      if (width === 375) for (const t of await smallTargets(tab.page)) bad.push(`${name}: small ${t}`);
      await shot(tab.page, `${name}-${width}-${dark ? 'dark' : 'light'}`);
    }
    await tab.context.close();
    expect([...bad, ...tab.complaints, ...fake.faults]).toEqual([]);
  });
}
