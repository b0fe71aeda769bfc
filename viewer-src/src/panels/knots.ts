// The knots of a curve: where it bends, which node does that, and what a pointer or a key does there.

import { apart, nice } from "../core/numbers.ts";
import type { Knot } from "../core/knots.ts";
import type { Frame } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import type { Theme } from "../draw/theme.ts";
import { knotsOf } from "../state/knots.ts";
import { pickNode } from "../state/pick.ts";
import { outputOf, type Scene } from "../state/scene.ts";
import { isBroken } from "../state/straight.ts";
import { apartFrom, colourOf, numbersOf } from "./folds.ts";
import type { Pointer } from "./panel.ts";

const ROW = 15; // CSS pixels of the numbers above the axes
const SIZE = 10;
const CROWD = 60; // knots from which on dots are small
const NEAR = 9;
const SAME = 5; // CSS pixels within which knots share a number
const SAID = 6;
const MOST_LIT = 8;

/** CSS pixels that the numbers of the knots take above the axes. */
export function knotRow(scene: Scene): number {
  return isBroken(scene) ? ROW : 0;
}

/** Dots in the colours of their nodes, and lines up to the numbers; inside the axes. */
export function drawKnots(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  const found = knotsOf(scene).value ?? [];
  const output = outputOf(scene);
  const lit = scene.lit.value;
  for (const { knot, x } of labelled(pen, scene, axes, visible(axes, scene, found))) {
    const ends = [axes.box.y, axes.toY(Math.max(knot.left[output], knot.right[output]))];
    pen.line([x, x], ends, { colour: knotColour(scene, knot, theme), width: 0.8, alpha: 0.55 });
  }
  const groups = new Map<string, { xs: number[]; ys: number[]; lit: boolean }>();
  for (const knot of found) {
    const own = lit !== null && knot.nodes.includes(lit);
    const colour = own ? colourOf(scene, lit, theme) : knotColour(scene, knot, theme);
    const group = groups.get(`${colour}${own}`) ?? { xs: [], ys: [], lit: own };
    groups.set(`${colour}${own}`, group);
    const x = axes.toX(knot.place);
    const ys = [axes.toY(knot.left[output]), axes.toY(knot.right[output])];
    const jumps = Math.abs(ys[1] - ys[0]) > 1;
    for (const y of jumps ? ys : ys.slice(0, 1)) {
      group.xs.push(x);
      group.ys.push(y);
    }
  }
  const radius = found.length > CROWD ? 2.2 : 3.6;
  for (const [key, { xs, ys, lit: own }] of groups) {
    const colour = key.replace(/true|false/, "");
    pen.dots(xs, ys, own ? radius + 2.4 : radius, { colour }, { colour: theme.paper, width: own ? 1.6 : 1 });
  }
}

/** The numbers of the nodes above the axes, where there is no room those that bend most, a lit one always. */
export function drawKnotNumbers(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  drawNumbers(pen, axes, scene, visible(axes, scene, knotsOf(scene).value ?? []), theme);
}

/** Where logits bend: ticks and numbers above the axes, whose curves are of something else. */
export function drawKnotTicks(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  const found = knotsOf(scene).value ?? [];
  for (const knot of found) {
    const x = axes.toX(knot.place);
    const own = scene.lit.value !== null && knot.nodes.includes(scene.lit.value);
    const { y } = axes.box;
    pen.line([x, x], [y, y + (own ? 18 : 9)], { colour: knotColour(scene, knot, theme), width: own ? 4 : 2 });
  }
  drawNumbers(pen, axes, scene, found, theme);
}

function drawNumbers(pen: Pen, axes: Frame, scene: Scene, found: readonly Knot[], theme: Theme): void {
  const lit = scene.lit.value;
  const name = { colour: theme.faint, size: SIZE, align: "right", baseline: "bottom" } as const;
  if (found.length) pen.text("node", axes.box.x - 6, axes.box.y - 7, name); // clear of a number at the top of the axis
  for (const { nodes, x, text } of labelled(pen, scene, axes, found)) {
    const bold = lit !== null && nodes.includes(lit);
    const letters = { colour: theme.ink, size: SIZE, bold, align: "center", baseline: "bottom" } as const;
    pen.text(text, x, axes.box.y - 2, letters);
  }
}

/** Those at whose place the curve is seen. */
function visible(axes: Frame, scene: Scene, found: readonly Knot[]): Knot[] {
  const output = outputOf(scene);
  const seen = (value: number) => value >= axes.y[0] && value <= axes.y[1];
  return found.filter(({ left, right }) => seen(left[output]) || seen(right[output]));
}

function labelled(pen: Pen, scene: Scene, axes: Frame, found: readonly Knot[]) {
  const output = outputOf(scene);
  const lit = scene.lit.value;
  const strength = (knot: Knot) =>
    (lit !== null && knot.nodes.includes(lit) ? Infinity : Math.abs(knot.after[output] - knot.before[output]));
  const places: { knot: Knot; nodes: string[]; x: number }[] = [];
  for (const knot of [...found].sort((a, b) => strength(b) - strength(a))) {
    const x = axes.toX(knot.place);
    const near = places.find((other) => Math.abs(other.x - x) < SAME);
    if (near) near.nodes.push(...knot.nodes);
    else places.push({ knot, nodes: [...knot.nodes], x });
  }
  const words = places.map((place) => {
    const text = numbersOf(scene, place.nodes, strength(place.knot) < Infinity ? undefined : MOST_LIT);
    return { ...place, text, y: 0, width: pen.measure(text, SIZE, true), height: 1 };
  });
  return apartFrom(words, 4);
}

function knotColour(scene: Scene, { nodes }: Knot, theme: Theme): string {
  const colours = nodes.map((node) => colourOf(scene, node, theme));
  return colours.find((colour) => colour !== theme.faint) ?? theme.faint;
}

/** Light up the node of the knot at a pointer. */
export function knotPointer(event: Pointer, axes: Frame, scene: Scene): void {
  if (event.kind !== "move" && event.kind !== "leave") return;
  const knot = event.kind === "leave" || event.held ? null : knotAt(event, axes, scene);
  scene.hover.value = knot?.nodes[0] ?? null;
}

/** Pick the node of the knot at a pixel, if there is one. */
export function pickKnotAt(at: { x: number; y: number }, axes: Frame, scene: Scene): boolean {
  const knot = knotAt(at, axes, scene);
  if (knot) pickNode(scene, knot.nodes[0]);
  return knot !== null;
}

/** The knot at a pixel. */
export function knotAt({ x, y }: { x: number; y: number }, axes: Frame, scene: Scene): Knot | null {
  const output = outputOf(scene);
  const above = y < axes.box.y && y > axes.box.y - ROW;
  let [best, least]: [Knot | null, number] = [null, NEAR];
  for (const knot of knotsOf(scene).peek() ?? []) {
    const across = axes.toX(knot.place) - x;
    const up = above ? 0 : Math.min(...[knot.left, knot.right].map((side) => Math.abs(axes.toY(side[output]) - y)));
    const distance = Math.hypot(across, up);
    if (distance < least) [best, least] = [knot, distance];
  }
  return best;
}

/** n and p go to the next knot and the one before it, Escape lets go. */
export function knotKey(event: KeyboardEvent, scene: Scene): boolean {
  const found = knotsOf(scene).peek() ?? [];
  const { cursor, node } = scene.view;
  if (event.key === "Escape" && node.value !== null) {
    node.value = null;
    return true;
  }
  if (!/^[np]$/.test(event.key) || !found.length) return false;
  const here = cursor.value ?? (event.key === "n" ? -Infinity : Infinity);
  const knot = event.key === "n"
    ? (found.find(({ place }) => place > here) ?? found[0])
    : (found.findLast(({ place }) => place < here) ?? found[found.length - 1]);
  [cursor.value, node.value] = [knot.place, knot.nodes[0]];
  return true;
}

/** "" or where it bends, in words. */
export function saidOfKnots(scene: Scene): string {
  const found = knotsOf(scene).value;
  if (!isBroken(scene) || !found) return "";
  const places = apart(...scene.range.value);
  const bends = scene.classifier ? "The logits bend" : "It bends";
  const said = found.slice(0, SAID).map(({ place, nodes }) => `node ${numbersOf(scene, nodes)} at ${nice(place)}`);
  const more = found.length > SAID ? " and so on" : "";
  return found.length
    ? `${bends} at exactly ${found.length} ${found.length > 1 ? "places" : "place"}: ${said.join(", ")}${more}. ` +
      "n and p go from one to the next. "
    : `It is straight from ${places.join(" to ")}. `;
}
