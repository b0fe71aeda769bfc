// Where the columns of the picture stand: plain geometry.

import type { Box, Size } from "../../draw/frame.ts";

export const ROW = 21; // CSS pixels of a line
const HEAD = 62; // two lines of words and the headings
const FOOT = 40; // numbers and name of the axes
const WIDE = 560;

export interface Layout {
  wide: boolean;
  names: Box;
  cosine: Box;
  fires: Box;
  votes: Box;
}

export function heightOf(lines: number): number {
  return HEAD + lines * ROW + FOOT;
}

export function layoutOf({ width }: Size, lines: number): Layout {
  const wide = width >= WIDE;
  const height = lines * ROW;
  const names = { x: 0, y: HEAD, width: wide ? 74 : 54, height };
  const cosine = { x: names.width + 8, y: HEAD, width: wide ? Math.min(280, 0.26 * width) : 0.24 * width, height };
  const fires = { x: cosine.x + cosine.width + 12, y: HEAD, width: wide ? 60 : 14, height };
  const left = fires.x + fires.width + (wide ? 12 : 8);
  return { wide, names, cosine, fires, votes: { x: left, y: HEAD, width: Math.max(40, width - left - 8), height } };
}

/** The line at a pixel; -1 beside all of them. */
export function lineAt(y: number, lines: number): number {
  const line = Math.floor((y - HEAD) / ROW);
  return line >= 0 && line < lines ? line : -1;
}

/** The middle of a line. */
export function middleOf(line: number): number {
  return HEAD + (line + 0.5) * ROW;
}
