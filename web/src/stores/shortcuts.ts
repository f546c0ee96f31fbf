import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { type Shortcut, ShortcutReader } from '../domain/shortcuts';
import { useDevice } from './device';

// Which keys work now, gathered from the page and everything around it; the list behind "?" shows the same.

interface Group {
  id: number;
  title: string;
  shortcuts: Shortcut[];
}

interface Shortcuts {
  groups: Group[];
}
export const useShortcutGroups = create<Shortcuts>()(() => ({ groups: [] }));

let nextId = 1;
const reader = new ShortcutReader();

// A layer on top (a dialog, an open menu) has its own keys.
const layerOpen = () => document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]') !== null;

function onKey(event: KeyboardEvent): void {
  if (!useDevice.getState().letters || layerOpen()) return;
  const all = useShortcutGroups.getState().groups.flatMap((group) => group.shortcuts);
  const found = reader.read(event, event.target, all, event.timeStamp);
  if (found === null) return;
  event.preventDefault();
  found.run?.();
}

// The keys of `title` while the component is on the page. `shortcuts` may change with each rendering.
export function useShortcuts(title: string, shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map(({ keys, label }) => `${keys}=${label}`).join('\n');
  useEffect(() => {
    const id = nextId++;
    const steady = latest.current.map((shortcut, i) => (shortcut.run === undefined ? shortcut : { ...shortcut, run: () => latest.current[i]?.run?.() }));
    const { groups } = useShortcutGroups.getState();
    if (groups.length === 0) document.addEventListener('keydown', onKey);
    useShortcutGroups.setState({ groups: [...groups, { id, title, shortcuts: steady }] });
    return () => {
      const left = useShortcutGroups.getState().groups.filter((group) => group.id !== id);
      useShortcutGroups.setState({ groups: left });
      if (left.length === 0) document.removeEventListener('keydown', onKey);
    };
  }, [title, shape]);
}
