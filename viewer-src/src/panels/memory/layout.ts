// Where the columns of the picture stand: plain geometry.

import type { Box } from "../../draw/frame.ts";

export const ROW = 21; // CSS pixels of a line
const LINE = 17; // of words
const FOOT = 40; // numbers and name of the axes
const WIDE = 560;

export interface Layout {
  /** Whether there is room for long words. */
  wide: boolean;
  /** Where the headings of the columns stand. */
  heads: number;
  names: Box;
  similarity: Box;
  fires: Box;
  votes: Box;
}

export function layoutOf(width: number, lines: number): Layout {
  const wide = width >= WIDE;
  const heads = (wide ? 2 : 3) * LINE + 8;
  const line = { y: heads + 20, height: lines * ROW };
  const names = { ...line, x: 0, width: wide ? 74 : 54 };
  const similarity = { ...line, x: names.width + 8, width: wide ? Math.min(280, 0.26 * width) : 0.24 * width };
  const fires = { ...line, x: similarity.x + similarity.width + 12, width: wide ? 60 : 14 };
  const x = fires.x + fires.width + (wide ? 12 : 8);
  return { wide, heads, names, similarity, fires, votes: { ...line, x, width: Math.max(40, width - x - 8) } };
}

export function heightOf(width: number, lines: number): number {
  const { names } = layoutOf(width, lines);
  return names.y + names.height + FOOT;
}

/** The line at a pixel; -1 beside all of them. */
export function lineAt({ names }: Layout, y: number): number {
  return y >= names.y && y < names.y + names.height ? Math.floor((y - names.y) / ROW) : -1;
}

/** The middle of a line. */
export function middleOf({ names }: Layout, line: number): number {
  return names.y + (line + 0.5) * ROW;
}

/** The pixel under words that stand in the n-th line above the picture. */
export function wordsAt(line: number): number {
  return 2 + line * LINE;
}
