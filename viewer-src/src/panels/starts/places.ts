// Where the three pictures of the starts stand: beside each other, or on a narrow page below each other.

import type { Box } from "../../draw/frame.ts";

const HEAD = 22; // CSS pixels for the line above
const LEFT = 66;
const RIGHT = 20; // half of a label at the last tick
const BOTTOM = 40;
const NARROW = 640;

export interface Places {
  curves: Box;
  /** Null where the document has no losses over the steps. */
  losses: Box | null;
  ranks: Box;
}

export function heightOf(width: number, losses: boolean): number {
  return HEAD + (width >= NARROW ? 360 : 270 + (losses ? 190 : 0) + 180);
}

export function places(width: number, losses: boolean): Places {
  const height = heightOf(width, losses) - HEAD;
  if (width < NARROW) {
    const wide = width - LEFT - RIGHT;
    const box = (y: number, tall: number): Box =>
      ({ x: LEFT, y: HEAD + y + 6, width: wide, height: tall - BOTTOM - 6 });
    return { curves: box(0, 270), losses: losses ? box(270, 190) : null, ranks: box(losses ? 460 : 270, 180) };
  }
  const first = Math.round(width * 0.58);
  const box = (x: number, wide: number, y: number, tall: number): Box => ({
    x: x + LEFT, y: HEAD + y + 6, width: wide - LEFT - RIGHT, height: tall - BOTTOM - 6,
  });
  const upper = losses ? Math.round(height / 2) : 0;
  return {
    curves: box(0, first, 0, height),
    losses: losses ? box(first, width - first, 0, upper) : null,
    ranks: box(first, width - first, upper, height - upper),
  };
}

export function within(box: Box | null, x: number, y: number): boolean {
  return box !== null && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}
