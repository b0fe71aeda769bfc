// The folds: a line for each node where it bends, its number on it, and which one is at a pixel.

import { mapped, type Frame } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import type { Line, Mosaic } from "../../state/mosaic.ts";
import type { Scene } from "../../state/scene.ts";
import { apartFrom, colourOf, numberOf } from "../folds.ts";

const SIZE = 10;
const SHORT = 34; // CSS pixels: a shorter stretch has no room for a number
const CROWD = 40; // folds from which on lines are thin

/** The nodes that fold the plane, layer after layer. */
export function foldOrder(found: Mosaic): string[] {
  const place = (key: string) => key.split(".").map(Number);
  return [...found.folds.keys()].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
}

export function drawFolds(pen: Pen, axes: Frame, scene: Scene, found: Mosaic, theme: Theme): void {
  const lit = scene.lit.value;
  const thin = found.folds.size > CROWD;
  const places = [...found.folds].map(([node, { xs, ys }]) =>
    ({ node, colour: colourOf(scene, node, theme), xs: mapped(xs, axes.toX), ys: mapped(ys, axes.toY) }));
  for (const { colour, xs, ys } of places) pen.line(xs, ys, { colour, width: thin ? 0.8 : 1.4 });
  const chosen = places.find(({ node }) => node === lit);
  if (chosen) {
    pen.line(chosen.xs, chosen.ys, { colour: theme.paper, width: 6 });
    pen.line(chosen.xs, chosen.ys, { colour: chosen.colour, width: 3.4 });
  }
  const first = chosen ? [chosen, ...places.filter((one) => one !== chosen)] : places;
  // Of many the grey ones keep their numbers to themselves.
  const named = thin ? first.filter((one) => one === chosen || one.colour !== theme.faint) : first;
  drawNumbers(pen, axes, scene, named, theme);
}

interface Placed extends Line {
  node: string;
  colour: string;
}

/** The number of every node on the longest stretch of its fold, where there is room. */
function drawNumbers(pen: Pen, axes: Frame, scene: Scene, places: readonly Placed[], theme: Theme): void {
  const words = places.flatMap((one) => {
    const at = longest(one, axes);
    const text = numberOf(scene, one.node);
    const size = { width: pen.measure(text, SIZE, true) + 6, height: SIZE + 4 };
    return at ? [{ ...at, ...size, text, node: one.node, colour: one.colour }] : [];
  });
  for (const { x, y, width, height, text, node, colour } of apartFrom(words, 2)) {
    const bold = node === scene.lit.value;
    pen.rect(x - width / 2, y - height / 2, width, height, { colour: theme.paper, alpha: 0.9 }, { colour, width: 1.2 });
    pen.text(text, x, y, { colour: theme.ink, size: SIZE, bold, align: "center", baseline: "middle" });
  }
}

/** The middle of the longest straight stretch in the picture; null where all are short. */
function longest({ xs, ys }: Line, { box }: Frame): { x: number; y: number } | null {
  let [best, least]: [{ x: number; y: number } | null, number] = [null, SHORT];
  for (let i = 1; i < xs.length; i++) {
    const length = Math.hypot(xs[i] - xs[i - 1], ys[i] - ys[i - 1]);
    const [x, y] = [(xs[i] + xs[i - 1]) / 2, (ys[i] + ys[i - 1]) / 2];
    const within = x > box.x + 8 && x < box.x + box.width - 8 && y > box.y + 8 && y < box.y + box.height - 8;
    if (within && length > least) [best, least] = [{ x, y }, length];
  }
  return best;
}

/** The node whose fold is nearest to a pixel, and not farther than `most`. */
export function foldAt(found: Mosaic, axes: Frame, { x, y }: { x: number; y: number }, most: number): string | null {
  let [best, least]: [string | null, number] = [null, most];
  for (const [node, { xs, ys }] of found.folds) {
    for (let i = 1; i < xs.length; i++) {
      const distance = away(x, y, axes.toX(xs[i - 1]), axes.toY(ys[i - 1]), axes.toX(xs[i]), axes.toY(ys[i]));
      if (distance < least) [best, least] = [node, distance];
    }
  }
  return best;
}

/** Distance of a point from a straight stretch. */
function away(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const part = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x0 - part * dx, y - y0 - part * dy);
}
