import { useState } from 'react';
import { type Polygon } from '../../domain/polygon';

const STEPS = 100;

export interface Masks {
  masks: Polygon[];
  // The one that is worked on; null: none.
  selected: number | null;
  // Points of a shape that is not closed yet; null: nothing is being drawn.
  draft: Polygon | null;
  canUndo: boolean;
  canRedo: boolean;
  set: (masks: Polygon[], selected?: number | null) => void;
  // Changes the newest step instead of making one: a drag is one step.
  adjust: (masks: Polygon[]) => void;
  select: (index: number | null) => void;
  draw: (draft: Polygon | null) => void;
  undo: () => void;
  redo: () => void;
}

// The shapes and their history; `onChange` hears of each change.
export function useMasks(masks: Polygon[], onChange: (masks: Polygon[]) => void): Masks {
  const [past, setPast] = useState<Polygon[][]>([]);
  const [future, setFuture] = useState<Polygon[][]>([]);
  const [selected, select] = useState<number | null>(null);
  const [draft, draw] = useState<Polygon | null>(null);
  const go = (from: Polygon[][], setFrom: typeof setPast, setTo: typeof setPast) => {
    const target = from.at(-1);
    if (target === undefined) return;
    setFrom(from.slice(0, -1));
    setTo((steps) => [...steps, masks]);
    select(null);
    onChange(target);
  };
  return {
    masks,
    selected: selected !== null && selected < masks.length ? selected : null,
    draft,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    set: (next, index) => {
      setPast((steps) => [...steps.slice(1 - STEPS), masks]);
      setFuture([]);
      if (index !== undefined) select(index);
      onChange(next);
    },
    adjust: onChange,
    select,
    draw,
    undo: () => go(past, setPast, setFuture),
    redo: () => go(future, setFuture, setPast),
  };
}
