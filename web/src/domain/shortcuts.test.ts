import { describe, expect, it } from 'vitest';
import { isTyping, ShortcutReader, type Shortcut } from './shortcuts';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
const shortcut = (keys: string): Shortcut => ({ keys, label: keys, run: () => undefined });
const all = ['?', 'a', 'g l', 'g c', '/'].map(shortcut);

function element(html: string): Element {
  const box = document.createElement('div');
  box.innerHTML = html;
  return box.firstElementChild as Element;
}

describe('a shortcut', () => {
  it.each(['<input>', '<input type="password">', '<input type="search">', '<textarea></textarea>', '<select></select>', '<div role="textbox"></div>'])(
    'is silent in %s',
    (html) => {
      expect(isTyping(element(html))).toBe(true);
      expect(new ShortcutReader().read(press('a'), element(html), all, 0)).toBeNull();
    },
  );

  it.each(['<button></button>', '<input type="checkbox">', '<div></div>', '<a href="/"></a>'])('works on %s', (html) => {
    expect(new ShortcutReader().read(press('a'), element(html), all, 0)?.keys).toBe('a');
  });

  it('leaves the browser its own keys', () => {
    const reader = new ShortcutReader();
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey']) expect(reader.read(press('a', { [modifier]: true }), document.body, all, 0)).toBeNull();
    expect(reader.read(press('a', { isComposing: true }), document.body, all, 0)).toBeNull();
    expect(reader.read(press('a', { defaultPrevented: true }), document.body, all, 0)).toBeNull();
  });

  it('may be two keys one after the other', () => {
    const reader = new ShortcutReader();
    expect(reader.read(press('g'), document.body, all, 0)).toBeNull();
    expect(reader.read(press('c'), document.body, all, 500)?.keys).toBe('g c');
    expect(reader.read(press('c'), document.body, all, 600)).toBeNull();
  });

  it('leaves Space and Enter to the button that has the focus', () => {
    const keys = [shortcut('Space'), shortcut('Enter')];
    const reader = new ShortcutReader();
    expect(reader.read(press(' '), element('<button></button>'), keys, 0)).toBeNull();
    expect(reader.read(press('Enter'), element('<a href="/"></a>'), keys, 0)).toBeNull();
    expect(reader.read(press(' '), element('<a href="/"></a>'), keys, 0)?.keys).toBe('Space');
  });

  it('may be listed only', () => {
    expect(new ShortcutReader().read(press('x'), document.body, [{ keys: 'x', label: 'x' }], 0)).toBeNull();
  });

  it('forgets the first key after a while', () => {
    const reader = new ShortcutReader();
    reader.read(press('g'), document.body, all, 0);
    expect(reader.read(press('l'), document.body, all, 5000)).toBeNull();
  });

  it('forgets the first key when somebody starts to type', () => {
    const reader = new ShortcutReader();
    reader.read(press('g'), document.body, all, 0);
    reader.read(press('x'), element('<input>'), all, 10);
    expect(reader.read(press('l'), document.body, all, 20)).toBeNull();
  });
});
