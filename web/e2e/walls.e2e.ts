import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, launch, openTab, shot, sideScroll, smallTargets, type Tab } from './browser';
import { Simulator, Vigil } from './vigil';

// Walls that somebody arranges: by mouse and by keys, kept on the server, the same in another browser.

// A machine that does other things meanwhile.
const PATIENCE = { timeout: 20_000 };

let browser: Browser;
let vigil: Vigil;
let sim: Simulator;
let tab: Tab;

beforeAll(async () => {
  [browser, sim, vigil] = await Promise.all([launch(), Simulator.start(4), Vigil.start('none')]);
  for (const [n, name] of ['Door', 'Yard', 'Till', 'Dock'].entries())
    await vigil.add(`cam_${n + 1}`, name, sim.address(n + 1), { number: n + 1, place: n < 2 ? 'Entrance' : 'Shop' });
  tab = await openTab(browser, vigil.url);
});
afterAll(async () => {
  await tab?.context.close();
  await browser?.close();
  await Promise.all([vigil?.stop(), sim?.stop()]);
});

const menu = async (item: RegExp | string) => {
  await tab.page.getByRole('button', { name: /^Wall:/ }).click();
  await tab.page.getByRole('menuitem', { name: item }).click();
};
const arranged = () => tab.page.getByRole('list', { name: 'Arranged pictures' });
const picture = (name: string): Locator => arranged().getByRole('button', { name: new RegExp(`^${name}: `) });
const placeOf = async (name: string) => (await picture(name).getAttribute('aria-label'))?.replace(/^[^:]*: /, '');
const shownOn = (page: Tab['page']) => page.getByRole('list', { name: 'Cameras' }).locator('[data-tile]');

describe('the wall', () => {
  it('shows the cameras of one place', async () => {
    await tab.page.goto('/live');
    await menu(/^Shop/);
    await tab.page.waitForURL('**/live?place=Shop');
    await expect.poll(() => shownOn(tab.page).count(), PATIENCE).toBe(2);
    await tab.page.getByRole('button', { name: 'Wall: Shop' }).waitFor();
  });

  it('is arranged with the mouse', async () => {
    await tab.page.goto('/live');
    await menu('Arrange a new wall');
    await tab.page.getByLabel('Grid').selectOption('1+5');
    expect(await placeOf('Door')).toBe('column 1, row 1, 2 wide, 2 high');
    const box = await picture('Yard').boundingBox();
    if (box === null) throw new Error('the picture is not there');
    await tab.page.mouse.move(box.x + 20, box.y + 60);
    await tab.page.mouse.down();
    await tab.page.mouse.move(box.x + 20, box.y + 60 + box.height * 2, { steps: 4 });
    await tab.page.mouse.up();
    expect(await placeOf('Yard')).toBe('column 3, row 3, 1 wide, 1 high');
    await shot(tab.page, 'wall-arrange-1440-dark');
  });

  it('is arranged with keys, and back', async () => {
    await picture('Yard').focus();
    await tab.page.keyboard.press('ArrowLeft');
    expect(await placeOf('Yard')).toBe('column 2, row 3, 1 wide, 1 high');
    // Dock is in the way and goes where there is room.
    await tab.page.keyboard.press('ArrowLeft');
    expect(await placeOf('Yard')).toBe('column 1, row 3, 1 wide, 1 high');
    expect(await placeOf('Dock')).toBe('column 2, row 3, 1 wide, 1 high');
    await picture('Dock').focus();
    await tab.page.keyboard.press('Shift+ArrowRight');
    expect(await placeOf('Dock')).toBe('column 2, row 3, 2 wide, 1 high');
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    expect(await placeOf('Dock')).toBe('column 2, row 3, 1 wide, 1 high');
    await picture('Till').focus();
    await tab.page.keyboard.press('Delete');
    expect(await picture('Till').count()).toBe(0);
    await tab.page.getByRole('button', { name: 'Till' }).waitFor();
    expect(await axeViolations(tab.page)).toEqual([]);
  });

  it('is kept on the server: another browser shows it too', async () => {
    await tab.page.getByLabel('Name').fill('Entrance and dock');
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.waitForURL('**/live/w/*');
    await expect.poll(() => shownOn(tab.page).count(), PATIENCE).toBe(3);
    await shot(tab.page, 'wall-arranged-1440-dark');
    expect(await axeViolations(tab.page)).toEqual([]);

    const phone = await openTab(browser, vigil.url, { width: 375, height: 780, touch: true, dark: false });
    await phone.page.goto(new URL(tab.page.url()).pathname);
    await expect.poll(() => shownOn(phone.page).count(), PATIENCE).toBe(3);
    expect(await sideScroll(phone.page)).toBeLessThanOrEqual(0);
    await phone.page.goto(`${new URL(tab.page.url()).pathname}/edit`);
    await phone.page.getByRole('list', { name: 'Arranged pictures' }).waitFor();
    expect(await sideScroll(phone.page)).toBeLessThanOrEqual(0);
    expect(await smallTargets(phone.page)).toEqual([]);
    await shot(phone.page, 'wall-arrange-375-light');
    expect(phone.complaints).toEqual([]);
    await phone.context.close();
  });

  it('enlarges a part of one picture, by wheel and by keys', async () => {
    await tab.page.goto('/live/camera/cam_1');
    const frame = tab.page.locator('[data-zoom]');
    const zoom = async () => Number(await frame.getAttribute('data-zoom'));
    await frame.hover({ position: { x: 100, y: 100 } });
    await tab.page.mouse.wheel(0, 300);
    expect(await zoom()).toBe(1);
    await tab.page.mouse.wheel(0, -600);
    await expect.poll(zoom, PATIENCE).toBeGreaterThan(1.3);
    await tab.page.getByRole('button', { name: 'whole picture' }).click();
    expect(await zoom()).toBe(1);
    await tab.page.keyboard.press('+');
    await expect.poll(zoom, PATIENCE).toBe(1.5);
    await shot(tab.page, 'camera-enlarged-1440-dark');
    await tab.page.keyboard.press('0');
    await expect.poll(zoom, PATIENCE).toBe(1);
    await tab.page.goBack();
  });

  it('says which camera is gone', async () => {
    await vigil.api('DELETE', '/api/cameras/cam_4');
    await tab.page.getByText('The camera cam_4 is gone.').waitFor();
    await expect.poll(() => shownOn(tab.page).count(), PATIENCE).toBe(2);
  });

  it('is deleted after a question', async () => {
    await menu('Delete this wall');
    await tab.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await tab.page.waitForURL('**/live');
    await tab.page.goto('/live/w/none');
    await tab.page.getByText('There is no such wall.').waitFor();
    expect(tab.complaints).toEqual([]);
  });
});
