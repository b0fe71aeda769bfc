// A diagram with the weights of this moment: lines by their strength and sign, nodes in their colours, and the values
// at the cursor.

import { nice } from "../../core/numbers.ts";
import type { Pen, Stroke } from "../../draw/pen.ts";
import { channels, nodeColour, type Theme } from "../../draw/theme.ts";
import type { Graph, Link, Place, Shape } from "./graph.ts";
import { FIGURE } from "./graph.ts";
import { brief, minus, symbol, tight } from "./words.ts";

const STEPS = 24; // line widths that are told apart: lines of one width are one path
const PALE = 0.25; // of a colour, where a weight is nearly 0
const TINT = 0.45; // of a colour, behind letters

/** The numbers a diagram is drawn with. */
export interface Live {
  weight(place: Place): number;
  /** A weight as a share of the largest of its layer, from -1 to 1; of a bias, of the largest bias. */
  share(place: Place): number;
  /** Weights changed by hand. */
  edited(place: Place): boolean;
  off(node: string): boolean;
  /** Place of a node in the order of shares; -1 of one that is not of the last hidden layer. */
  rank(layer: number, node: number): number;
  /** Values at the cursor: of a shape, or null where there is no cursor. */
  value(shape: Shape): number | null;
  lit: string | null;
  picked: Place | null;
  over: Place | null;
}

export function draw(pen: Pen, graph: Graph, live: Live, theme: Theme): void {
  const { links, shapes, words, figures } = graph;
  drawLinks(pen, links, live, theme);
  for (const place of [live.over, live.picked]) if (place) drawPicked(pen, links, place, live, theme);
  for (const shape of shapes) drawShape(pen, graph, shape, live, theme);
  for (const { weight, x, y } of figures) if (!same(weight, live.picked)) number(pen, x, y, weight, live, theme);
  if (live.picked && graph.level !== "operations") pickedNumber(pen, links, live.picked, live, theme);
  for (const word of words) {
    const colour = word.kind === "name" ? theme.ink : theme.faint;
    const { size, align, most } = word;
    pen.text(word.text, word.x, word.y, { colour, size, align, baseline: "middle", most });
  }
}

const same = (one: Place, other: Place | null): boolean =>
  other !== null && one.layer === other.layer && one.node === other.node && one.feature === other.feature;

/** Lines of about the same strength and sign are one path; the strongest come last. */
function drawLinks(pen: Pen, links: readonly Link[], live: Live, theme: Theme): void {
  const plain: Link[] = [];
  const faint: Link[] = [];
  const groups = Array.from({ length: 2 * STEPS }, (): Link[] => []);
  for (const link of links) {
    if (live.off(link.source)) faint.push(link);
    else if (!link.weight) plain.push(link);
    else {
      const share = live.share(link.weight);
      const step = Math.min(STEPS - 1, Math.floor(Math.abs(share) * STEPS));
      groups[2 * step + Number(share < 0)].push(link);
    }
  }
  together(pen, faint, { colour: theme.rest, width: 0.7, alpha: 0.3, dash: [2, 4] });
  together(pen, plain, { colour: theme.rest, width: 0.8 });
  groups.forEach((group, at) => {
    const share = (Math.floor(at / 2) + 0.5) / STEPS;
    const sign = at % 2 === 0 ? theme.positive : theme.negative;
    const stroke = { colour: mixed(theme.paper, sign, PALE + (1 - PALE) * share), width: 0.5 + 3 * share };
    if (live.lit === null) return together(pen, group, stroke);
    together(pen, group.filter((link) => !touches(link, live.lit)), { ...stroke, alpha: 0.35 });
    together(pen, group.filter((link) => touches(link, live.lit)), stroke);
  });
}

function touches({ source, weight }: Link, node: string | null): boolean {
  return source === node || (weight !== undefined && `${weight.layer}.${weight.node}` === node);
}

function together(pen: Pen, links: readonly Link[], stroke: Stroke): void {
  if (links.length === 0) return;
  const xs = new Float64Array(3 * links.length).fill(Number.NaN);
  const ys = new Float64Array(3 * links.length).fill(Number.NaN);
  links.forEach((link, i) => {
    xs[3 * i] = link.x1;
    ys[3 * i] = link.y1;
    xs[3 * i + 1] = link.x2;
    ys[3 * i + 1] = link.y2;
  });
  pen.line(xs, ys, stroke);
}

function drawPicked(pen: Pen, links: readonly Link[], place: Place, live: Live, theme: Theme): void {
  const share = live.share(place);
  const width = 1.5 + 3 * Math.abs(share);
  for (const link of links) {
    if (!link.weight || !same(link.weight, place)) continue;
    const [xs, ys] = [[link.x1, link.x2], [link.y1, link.y2]];
    pen.line(xs, ys, { colour: theme.ink, width: width + 3 });
    pen.line(xs, ys, { colour: theme.paper, width: width + 1 });
    pen.line(xs, ys, { colour: share < 0 ? theme.negative : theme.positive, width });
  }
}

function drawShape(pen: Pen, graph: Graph, shape: Shape, live: Live, theme: Theme): void {
  if (shape.kind === "more") {
    pen.rect(shape.x - shape.width / 2, shape.y - 8, shape.width, 16, { colour: theme.paper });
    pen.text(shape.text, shape.x, shape.y, { colour: theme.faint, size: 11, align: "center", baseline: "middle" });
    return;
  }
  const node = shape.kind === "node" || shape.kind === "sum" ? `${shape.layer}.${shape.index}` : "";
  const off = node !== "" && live.off(node);
  const edge = edgeOf(shape, node, off, live, theme);
  const value = live.value(shape);
  const [xs, ys] = outline(shape, (graph.roomy && value !== null) || graph.level === "operations");
  pen.area(xs, ys, { colour: fillOf(graph, shape, off, live, theme) }, edge);
  const [text, size] = lettersOf(graph, shape, value, live);
  const room = round(shape) && (value === null || !graph.roomy) ? shape.height : shape.width;
  if (!text || room < 17) return;
  const colour = off ? theme.faint : theme.ink;
  const bold = shape.weight !== undefined && live.edited(shape.weight);
  pen.text(text, shape.x, shape.y + 0.5, { colour, size, align: "center", baseline: "middle", most: room - 2, bold });
}

function edgeOf(shape: Shape, node: string, off: boolean, live: Live, theme: Theme): Stroke {
  const lit = node !== "" && live.lit === node;
  const picked = shape.weight ? same(shape.weight, live.picked) : false;
  const rank = shape.kind === "node" ? live.rank(shape.layer, shape.index) : -1;
  const own = rank >= 0 ? nodeColour(rank, theme) : theme.ink;
  const colour = off || shape.kind === "joint" ? theme.faint : own;
  const width = picked || lit ? 3.5 : rank >= 0 ? 2.2 : 1;
  return { colour: picked ? theme.ink : colour, width, dash: off ? [3, 3] : undefined };
}

function fillOf(graph: Graph, shape: Shape, off: boolean, live: Live, theme: Theme): string {
  if (off || shape.kind === "joint" || shape.kind === "feature") return theme.paper;
  if (shape.kind === "bias") return theme.range;
  const rank = shape.kind === "node" ? live.rank(shape.layer, shape.index) : -1;
  const bySign = (place: Place) => {
    const share = live.share(place);
    return mixed(theme.paper, share < 0 ? theme.negative : theme.positive, TINT * Math.abs(share));
  };
  if (shape.weight && shape.kind === "weight") return bySign(shape.weight);
  const filled = graph.level === "nodes" || graph.level === "short";
  if (filled && (shape.kind === "node" || shape.kind === "output")) {
    return bySign({ layer: shape.layer, node: shape.index, feature: -1 });
  }
  return rank >= 0 ? mixed(theme.paper, nodeColour(rank, theme), 0.3) : theme.paper;
}

/** What stands in a shape: its value at the cursor, else its weight or its name; and the size of the letters. */
function lettersOf(graph: Graph, shape: Shape, value: number | null, live: Live): [string, number] {
  const number = value === null ? "" : graph.roomy ? brief(value) : tight(value);
  switch (shape.kind) {
    case "weight":
      return [`${indexed("w", shape.weight as Place)} = ${brief(live.weight(shape.weight as Place))}`, 11];
    case "product":
      return [number || indexed("u", shape.weight as Place), 10.5];
    case "sum":
      return [`${shape.text} = ${number || `Σ ${symbol("uᵢ", shape.index + 1)}`}`, 11];
    case "activation":
    case "joint":
      return [shape.text, 11];
    default:
      if (number && !graph.roomy) return shape.height < 19 ? ["", 0] : [number, shape.height < 26 ? 8.5 : 10];
      return [number || shape.text, number || shape.height < 22 ? 10.5 : graph.level === "operations" ? 12 : 11.5];
  }
}

/** A letter with the number of the feature, 0 for the bias, and of the node. */
function indexed(letter: string, { node, feature }: Place): string {
  const key = `${letter}${feature}.${node}`;
  let known = symbols.get(key);
  if (!known) symbols.set(key, (known = symbol(letter, feature + 1, node + 1)));
  return known;
}

const symbols = new Map<string, string>();

const round = ({ kind }: Shape): boolean => ["feature", "node", "output", "bias"].includes(kind);

const TURNS = Array.from({ length: 26 }, (_, i) => ((i < 13 ? i : i - 1) / 12 - 0.5) * Math.PI);

/** Corners of a shape: a circle, or, where a number stands in it, one drawn out to the sides; of operations a box. */
function outline(shape: Shape, wide: boolean): [number[], number[]] {
  const { x, y, width, height } = shape;
  if (shape.kind === "product" || round(shape)) {
    const r = height / 2;
    const reach = wide || shape.kind === "product" ? Math.max(0, width / 2 - r) : 0;
    return [
      TURNS.map((turn, i) => x + (i < 13 ? reach : -reach) + r * Math.cos(turn)),
      TURNS.map((turn) => y + r * Math.sin(turn)),
    ];
  }
  const [w, h] = [width / 2, height / 2];
  return [[x - w, x + w, x + w, x - w], [y - h, y - h, y + h, y + h]];
}

function number(pen: Pen, x: number, y: number, place: Place, live: Live, theme: Theme): void {
  const text = brief(live.weight(place));
  const bold = live.edited(place);
  const width = Math.min(FIGURE.width, pen.measure(text, FIGURE.size, bold) + 4);
  pen.rect(x - width / 2, y - FIGURE.height / 2, width, FIGURE.height, { colour: theme.paper, alpha: 0.9 });
  const colour = bold ? theme.limit : theme.ink;
  pen.text(text, x, y, { colour, size: FIGURE.size, align: "center", baseline: "middle", bold, most: FIGURE.width });
}

function pickedNumber(pen: Pen, links: readonly Link[], place: Place, live: Live, theme: Theme): void {
  const link = links.find(({ weight }) => weight && same(weight, place));
  if (!link) return;
  const text = minus(nice(live.weight(place)));
  const width = pen.measure(text, 12, true) + 10;
  const [x, y] = [0.5 * (link.x1 + link.x2), 0.5 * (link.y1 + link.y2)];
  pen.rect(x - width / 2, y - 10, width, 20, { colour: theme.paper }, { colour: theme.ink, width: 1.2 });
  pen.text(text, x, y, { colour: theme.ink, size: 12, align: "center", baseline: "middle", bold: true });
}

const mixes = new Map<string, string>();

/** A colour between two, `share` of the second. */
function mixed(one: string, other: string, share: number): string {
  const step = Math.round(share * 64);
  const key = `${one}${other}${step}`;
  let known = mixes.get(key);
  if (!known) {
    const [a, b] = [channels(one), channels(other)];
    const parts = a.map((value, i) => Math.round(value + ((b[i] - value) * step) / 64));
    mixes.set(key, (known = `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`));
  }
  return known;
}
