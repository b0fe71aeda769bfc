// Small curves, one per node: few path calls however many nodes there are.

import type { Box } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import type { Range } from "../../draw/ticks.ts";
import type { Scene } from "../../state/scene.ts";
import type { Profiles } from "./shown.ts";

export interface Tile {
  box: Box;
  colour: string;
  on: boolean;
  lit: boolean;
  /** The values from its lower to its upper edge. */
  scale: Range;
}

export function drawCurves(pen: Pen, tiles: readonly Tile[], profile: Profiles, scene: Scene, theme: Theme): void {
  const range = scene.range.value;
  const toX = (box: Box, x: number) => box.x + ((x - range[0]) / (range[1] - range[0])) * box.width;
  shadeData(pen, tiles, scene, theme, toX);
  drawZeros(pen, tiles, theme);
  const cursor = scene.view.cursor.value;
  if (cursor !== null && cursor >= range[0] && cursor <= range[1]) {
    const lines = tiles.map(({ box }) => [toX(box, cursor), box.y, toX(box, cursor), box.y + box.height] as const);
    segments(pen, lines, theme.faint, 0.6);
  }
  const rest: [Tile, Float64Array][] = [];
  tiles.forEach((tile, index) => {
    const values = profile.values[index];
    if (!values) return;
    if (tile.on && !tile.lit && tile.colour === theme.rest) rest.push([tile, values]);
    else drawOne(pen, tile, profile.x, values, toX, theme);
  });
  drawTogether(pen, rest, profile.x, toX, theme);
}

function drawOne(
  pen: Pen, tile: Tile, x: Float64Array, values: Float64Array, toX: (box: Box, x: number) => number, theme: Theme,
): void {
  const [xs, ys] = [new Float64Array(x.length), new Float64Array(x.length)];
  trace(tile, x, values, toX, xs, ys, 0);
  if (tile.on) pen.line(xs, ys, { colour: tile.colour, width: tile.lit ? 3 : 1.8 });
  else pen.line(xs, ys, { colour: theme.faint, width: 1, dash: [2, 3] });
}

/** Those that share a colour, in one path. */
function drawTogether(
  pen: Pen, those: [Tile, Float64Array][], x: Float64Array, toX: (box: Box, x: number) => number, theme: Theme,
): void {
  if (!those.length) return;
  const each = x.length + 1;
  const xs = new Float64Array(those.length * each).fill(Number.NaN);
  const ys = new Float64Array(those.length * each).fill(Number.NaN);
  those.forEach(([tile, values], index) => trace(tile, x, values, toX, xs, ys, index * each));
  pen.line(xs, ys, { colour: theme.faint, width: 1.4 });
}

function trace(
  { box, scale }: Tile, x: Float64Array, values: Float64Array, toX: (box: Box, x: number) => number,
  xs: Float64Array, ys: Float64Array, from: number,
): void {
  for (let i = 0; i < x.length; i++) {
    xs[from + i] = toX(box, x[i]);
    const y = box.y + ((scale[1] - values[i]) / (scale[1] - scale[0])) * box.height;
    // A node that is off may lie outside the common scale.
    ys[from + i] = Math.min(box.y + box.height, Math.max(box.y, y));
  }
}

function shadeData(
  pen: Pen, tiles: readonly Tile[], scene: Scene, theme: Theme, toX: (box: Box, x: number) => number,
): void {
  const [low, high] = scene.dataRange(scene.view.along.value[0]);
  const [xs, ys]: number[][] = [[], []];
  for (const { box } of tiles) {
    const left = Math.max(box.x, toX(box, low));
    const right = Math.min(box.x + box.width, toX(box, high));
    if (right <= left) continue;
    xs.push(left, right, right, left, Number.NaN);
    ys.push(box.y, box.y, box.y + box.height, box.y + box.height, Number.NaN);
  }
  pen.area(xs, ys, { colour: theme.range });
}

function drawZeros(pen: Pen, tiles: readonly Tile[], theme: Theme): void {
  const lines = tiles.flatMap(({ box, scale: [low, high] }) => {
    if (low > 0 || high < 0) return [];
    const y = Math.round(box.y + (high / (high - low)) * box.height) + 0.5;
    return [[box.x, y, box.x + box.width, y] as const];
  });
  segments(pen, lines, theme.dark ? theme.rest : "#c4c9cf", 1);
}

function segments(pen: Pen, lines: readonly (readonly number[])[], colour: string, alpha: number): void {
  const xs = lines.flatMap(([x1, , x2]) => [x1, x2, Number.NaN]);
  const ys = lines.flatMap(([, y1, , y2]) => [y1, y2, Number.NaN]);
  if (lines.length) pen.line(xs, ys, { colour, alpha });
}
