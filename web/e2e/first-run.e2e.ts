import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, launch, openTab, shot, type Tab } from './browser';
import { picturesChange } from './pictures';
import { Simulator, Vigil } from './vigil';

// From the printed link to the first own camera, and out and in again.

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;
let tab: Tab;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(2, ['--user', 'viewer', '--password', 's3cr@t/1']), Vigil.start('required')]);
  tab = await openTab(browser, vigil.url);
});
afterAll(async () => {
  await tab?.context.close();
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});

describe('the first run', () => {
  it('makes the first account with the printed link and leaves the code in no address', async () => {
    const { page } = tab;
    await page.goto(await vigil.setupLink());
    await page.getByRole('heading', { level: 1, name: 'Make the first account' }).waitFor();
    expect(page.url()).toBe(`${vigil.url}/setup`);
    expect(await axeViolations(page)).toEqual([]);
    await shot(page, 'setup-1440-dark');
    await page.getByLabel('Name', { exact: true }).fill('ana');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { level: 1, name: 'Add camera' }).waitFor();
  });

  it('adds a camera by keyboard alone: checked, with a picture, and live', async () => {
    const { page } = tab;
    await page.getByLabel('Address').focus();
    await page.keyboard.insertText(sim.address(1));
    await page.keyboard.press('Tab');
    await page.getByLabel(/^User name/).focus();
    await page.keyboard.insertText('viewer');
    await page.getByLabel(/^Password/).focus();
    await page.keyboard.insertText('s3cr@t/1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The camera answers' }).waitFor({ timeout: 30_000 });
    await page.getByRole('img', { name: 'First picture of the camera' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await shot(page, 'wizard-check-1440-dark');
    await page.getByRole('button', { name: 'Continue' }).press('Enter');
    await page.getByLabel(/^Name \(/).fill('Door');
    await page.getByLabel(/^Number/).fill('1');
    await shot(page, 'wizard-use-1440-dark');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Door was added' }).waitFor();
    await picturesChange(page);
    await shot(page, 'wizard-done-1440-dark');
  });

  it('adds a second one with the same sign-in', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: 'Add another with the same sign-in' }).click();
    await page.getByLabel('Address').fill(sim.address(2));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('heading', { name: 'The camera answers' }).waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Add camera' }).click();
    await page.getByRole('heading', { name: 'cam_002 was added' }).waitFor();
    await page.getByRole('link', { name: 'Open live' }).click();
    await page.getByRole('heading', { level: 1, name: 'cam_002' }).waitFor();
    await picturesChange(page);
  });

  it('says in the wizard that the password is wrong, and what to do', async () => {
    const { page } = tab;
    await page.goto('/cameras/new');
    await page.getByLabel('Address').fill(sim.address(1));
    await page.getByLabel(/^User name/).fill('viewer');
    await page.getByLabel(/^Password/).fill('wrong');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('heading', { name: 'The camera gives no picture' }).waitFor({ timeout: 30_000 });
    await page.getByText('Wrong user name or password.').waitFor();
    await page.getByRole('button', { name: 'Add it anyway' }).waitFor();
    await shot(page, 'wizard-refused-1440-dark');
  });

  it('gives a key and a line with which pictures are pushed, and shows them', async () => {
    const { page } = tab;
    await page.goto('/cameras/new');
    await page.getByLabel('Source type').selectOption('http_push');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel(/^Name \(/).fill('Script');
    await page.getByRole('button', { name: 'Add camera' }).click();
    await page.getByRole('heading', { name: 'Script was added' }).waitFor();
    await page.getByRole('button', { name: 'Make a key for it' }).click();
    const line = page.locator('pre').filter({ hasText: 'Bearer vgl_' });
    await line.waitFor();
    await shot(page, 'wizard-push-1440-dark');
    const text = await line.innerText();
    const key = /Bearer (\S+?)'/.exec(text)?.[1] ?? '';
    const address = /'(http\S+)'$/.exec(text)?.[1] ?? '';
    const picture = await fetch(`${vigil.url}/api/cameras/cam_001/frame/latest`, { headers: { authorization: `Bearer ${key}` } });
    const form = new FormData();
    form.set('frame_file', await picture.blob(), 'picture.jpg');
    const pushed = await fetch(address, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: form });
    expect(pushed.status).toBe(202);
    await expect.poll(() => page.locator('img[src^="blob:"]').evaluateAll((images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length), { timeout: 30_000 }).toBe(1);
  });

  it('never shows the password of a camera again', async () => {
    const { page } = tab;
    await page.goto('/cameras/cam_001');
    await page.getByText('A password is set. Leave empty to keep it.').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    expect(await page.content()).not.toContain('s3cr@t');
  });

  it('stays signed in over a reload, signs out, and comes back to the wanted page', async () => {
    const { page } = tab;
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Edit 01 Door' }).waitFor();
    await page.goto('/me');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await shot(page, 'login-1440-dark');
    await page.goto('/cameras');
    await page.getByLabel('Name').fill('ana');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Name or password is wrong.').waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await expect.poll(() => page.getByRole('button', { name: 'Sign in' }).isEnabled(), { timeout: 30_000 }).toBe(true);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cameras' }).waitFor();
  });

  it('a used link says so by showing the page of somebody who is signed in', async () => {
    const { page } = tab;
    await page.goto('/setup?token=used');
    await page.getByRole('heading', { level: 1, name: 'Live' }).waitFor();
    expect(page.url()).not.toContain('token');
  });

  it('left nothing on the console', () => {
    expect(tab.complaints).toEqual([]);
  });
});
