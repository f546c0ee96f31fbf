import { useState } from 'react';
import type { Wall } from '../domain/wall';

export interface WallDraft {
  wall: Wall;
  changed: boolean;
  // Null: what was tried cannot be; nothing changes and false comes back.
  change: (next: Wall | null) => boolean;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

// A wall that is being arranged, with everything that was done to it.
export function useWallDraft(first: Wall): WallDraft {
  const [steps, setSteps] = useState({ walls: [first], at: 0 });
  const go = (at: number) => setSteps({ ...steps, at });
  return {
    wall: steps.walls[steps.at] ?? first,
    changed: steps.at > 0,
    change: (next) => {
      if (next === null) return false;
      setSteps({ walls: [...steps.walls.slice(0, steps.at + 1), next], at: steps.at + 1 });
      return true;
    },
    undo: steps.at > 0 ? () => go(steps.at - 1) : null,
    redo: steps.at < steps.walls.length - 1 ? () => go(steps.at + 1) : null,
  };
}
