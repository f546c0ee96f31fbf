import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch } from './browser';
import { tryEveryPage } from './every-page';
import { Simulator, Vigil } from './vigil';

// The pages of a server with a camera that works, one that is down and one that nobody has pushed to.

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

tryEveryPage(PAGES, () => ({ browser, url: vigil.url }));
