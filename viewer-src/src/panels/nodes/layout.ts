// Where the small pictures stand, and which of them is at a point: plain geometry.

import type { Box } from "../../draw/frame.ts";

export const HEAD = 36; // CSS pixels for two lines above the pictures
export const TITLE = 18;
const GAP = 8;
const NARROWEST = 106;
const WIDEST = 260;
const MOST_COLUMNS = 10;
const CHECK = 13;

/** Pictures before the rest is put together: three rows of a wide page. */
export const MOST = 30;

export interface Layout {
  columns: number;
  rows: number;
  count: number;
  /** Of one tile, its title included. */
  width: number;
  height: number;
}

function columnsOf(width: number): number {
  return Math.max(2, Math.min(MOST_COLUMNS, Math.floor((width + GAP) / (NARROWEST + GAP))));
}

export function layout(width: number, count: number, square: boolean): Layout {
  const columns = Math.max(1, Math.min(columnsOf(width), count));
  const room = Math.floor((width - GAP * (columns - 1)) / columns);
  const tile = Math.min(square ? 190 : WIDEST, room);
  const picture = square ? tile : Math.round(Math.max(58, Math.min(120, tile * 0.5)));
  return { columns, rows: Math.ceil(count / columns), count, width: tile, height: picture + TITLE };
}

export function heightOf(at: Layout): number {
  return HEAD + at.rows * (at.height + GAP);
}

/** The box of a tile. */
export function tile(at: Layout, index: number): Box {
  const column = index % at.columns;
  const row = Math.floor(index / at.columns);
  return { x: column * (at.width + GAP), y: HEAD + row * (at.height + GAP), width: at.width, height: at.height };
}

/** The part of a tile below its title. */
export function pictureOf(box: Box): Box {
  return { x: box.x, y: box.y + TITLE, width: box.width, height: box.height - TITLE };
}

/** The small square that switches a node off. */
export function checkOf(box: Box): Box {
  return { x: box.x + box.width - CHECK - 1, y: box.y + 2, width: CHECK, height: CHECK };
}

/** The tile at a point, and whether the point is in the corner with the switch; -1 beside all tiles. */
export function hit(at: Layout, x: number, y: number): { index: number; check: boolean } {
  const column = Math.floor(x / (at.width + GAP));
  const row = Math.floor((y - HEAD) / (at.height + GAP));
  const index = row * at.columns + column;
  const none = { index: -1, check: false };
  if (x < 0 || y < HEAD || column >= at.columns || index >= at.count) return none;
  const box = tile(at, index);
  if (x > box.x + box.width || y > box.y + box.height) return none;
  return { index, check: x > box.x + box.width - CHECK - 12 && y < box.y + TITLE + 4 };
}

/** The tile one step away from another: as many as there are in a row for up and down. */
export function step(at: Layout, index: number, key: string): number {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -at.columns, ArrowDown: at.columns }[key] ?? 0;
  if (key === "Home") return 0;
  if (key === "End") return at.count - 1;
  const next = index + by;
  return next >= 0 && next < at.count ? next : index;
}
