// The level where every operation is a shape of its own: weights w, products u, sums v, activations, outputs y.

import { roman } from "../../core/words.ts";
import type { Size } from "../../draw/frame.ts";
import type { Graph, Link, Shape, Subject, Word } from "./graph.ts";
import { atMost, symbol } from "./words.ts";

const ROW = 19; // pixels from one weight to the next
const APART = 9; // more between the weights of two nodes
const BOX = 15;
const CIRCLE = { width: 48, height: 26 } as const;
const WIDTHS = { weight: 92, product: 46, sum: 92 } as const;
const NEAR = 16;
const FAN = 44; // where lines spread
const HEAD = 32;
const FOOT = 8;
const ASIDE = 7;

/** The height all operations take in CSS pixels. */
export function operationsHeight(subject: Subject): number {
  return Math.round(Math.max(...heights(subject)) + HEAD + FOOT);
}

/** The least width in which they can be told apart, names left out. */
export function operationsWidth(subject: Subject): number {
  return columnsOf(subject).reduce((sum, column) => sum + column.gap + column.width, 0) + 2 * (ASIDE + 40);
}

function heights({ sizes }: Subject): number[] {
  const features = (sizes[0] + 1) * (CIRCLE.height + APART);
  // The bias node stands above the nodes, which are in the middle: as much room is below them.
  const nodes = sizes.slice(1, -1).map((size, at) => (size - 1) * block(sizes[at]) + 3 * CIRCLE.height + 2 * APART);
  return [features, ...nodes, ...sizes.slice(1).map((size, at) => size * block(sizes[at]))];
}

const block = (inputs: number): number => Math.max((inputs + 1) * ROW, CIRCLE.height) + APART;

interface Column {
  kind: "feature" | "weight" | "product" | "sum" | "activation" | "output";
  layer: number;
  width: number;
  gap: number;
  heading: readonly [string, string];
}

function columnsOf({ activations }: Subject): Column[] {
  const columns: Column[] = [
    { kind: "feature", layer: -1, width: CIRCLE.width, gap: 0, heading: ["I", "features"] },
  ];
  activations.forEach((activation, layer) => {
    const acts = Math.max(atMost(activation, 11), atMost("activation", 11)) + 8;
    columns.push(
      { kind: "weight", layer, width: WIDTHS.weight, gap: FAN, heading: ["", "weights"] },
      { kind: "product", layer, width: WIDTHS.product, gap: NEAR, heading: ["", "products"] },
      { kind: "sum", layer, width: WIDTHS.sum, gap: FAN, heading: [roman(layer + 2), "sums"] },
      { kind: "activation", layer, width: acts, gap: NEAR, heading: ["", "activation"] },
      { kind: "output", layer, width: CIRCLE.width, gap: NEAR, heading: ["", "outputs"] },
    );
  });
  return columns;
}

export function operations(subject: Subject, size: Size): Graph {
  const columns = columnsOf(subject);
  const places = across(subject, columns, size.width);
  const middle = HEAD + (size.height - HEAD - FOOT) / 2;
  const shapes = columns.flatMap((column, at) => shapesOf(subject, column, places.x[at], middle));
  return {
    level: "operations", shapes, links: linksOf(subject, shapes), figures: [], roomy: true,
    words: [...headings(columns, places.x), ...names(subject, shapes, places)],
  };
}

interface Places {
  x: readonly number[];
  left: number;
  right: number;
}

/** Columns side by side; what the picture is wider than they need goes into names and gaps. */
function across(subject: Subject, columns: readonly Column[], width: number): Places {
  const need = operationsWidth(subject) - 2 * (ASIDE + 40);
  const free = Math.max(80, width - need - 2 * ASIDE - 8);
  const room = (texts: readonly string[]) => Math.max(...texts.map((text) => atMost(text, 12))) + 6;
  const left = Math.min(room(subject.features), free / 2);
  const right = Math.min(room(subject.outputs), free / 2);
  const stretch = Math.min(1.6, 1 + (free - left - right) / Math.max(1, columns.reduce((sum, c) => sum + c.gap, 0)));
  const all = columns.reduce((sum, column) => sum + column.width + column.gap * stretch, 0);
  let edge = left + ASIDE + Math.max(0, (width - all - left - right - 2 * ASIDE) / 2);
  const x = columns.map((column) => {
    edge += column.gap * stretch + column.width;
    return edge - column.width / 2;
  });
  return { x, left, right };
}

function shapesOf(subject: Subject, { kind, layer, width }: Column, x: number, middle: number): Shape[] {
  const outputs = layer + 1 < subject.sizes.length - 1;
  const place = { x, layer, width };
  switch (kind) {
    case "feature":
      return stacked(subject.sizes[0], place, middle, "feature");
    case "weight":
    case "product":
      return rows(subject, layer).map(({ node, from, y }) => ({
        ...place, kind, index: node, y: middle + y, height: BOX, text: "",
        weight: { layer, node, feature: from - 1 },
      }));
    case "output":
      return nodes(subject, layer, middle, (node, y) => ({
        ...place, kind: outputs ? ("node" as const) : ("output" as const), index: node, y, height: CIRCLE.height,
        text: symbol("y", node + 1),
      })).concat(outputs ? [biasOver(subject, layer, place, middle)] : []);
    case "activation":
      if (subject.joint && !outputs) {
        const height = (subject.sizes[layer + 1] - 1) * block(subject.sizes[layer]) + CIRCLE.height;
        return [{ ...place, kind, index: -1, y: middle, height, text: subject.activations[layer] }];
      }
      return nodes(subject, layer, middle, (node, y) => ({
        ...place, kind, index: node, y, height: BOX + 5, text: subject.activations[layer],
      }));
    default:
      return nodes(subject, layer, middle, (node, y) => ({
        ...place, kind, index: node, y, height: BOX + 5, text: symbol("v", node + 1),
      }));
  }
}

/** Features above each other, the bias node of value 1 on top. */
function stacked(
  count: number, place: { x: number; layer: number; width: number }, middle: number, kind: "feature",
): Shape[] {
  const pitch = CIRCLE.height + APART;
  const y = (row: number) => middle + (row - count / 2) * pitch;
  const found: Shape[] = Array.from({ length: count }, (_, i) => ({
    ...place, kind, index: i, y: y(i + 1), height: CIRCLE.height, text: symbol("x", i + 1),
  }));
  return [...found, { ...place, kind: "bias", index: -1, y: y(0), height: CIRCLE.height, text: "1" }];
}

function nodes(subject: Subject, layer: number, middle: number, make: (node: number, y: number) => Shape): Shape[] {
  const count = subject.sizes[layer + 1];
  const high = pitchOf(subject, layer);
  return Array.from({ length: count }, (_, node) => make(node, middle + (node - (count - 1) / 2) * high));
}

const pitchOf = ({ sizes }: Subject, layer: number): number => block(sizes[layer]);

/** The bias node of the layer behind stands above the nodes that layer reads. */
function biasOver(
  subject: Subject, layer: number, place: { x: number; layer: number; width: number }, middle: number,
): Shape {
  const first = middle - ((subject.sizes[layer + 1] - 1) / 2) * pitchOf(subject, layer);
  const y = first - CIRCLE.height - APART;
  return { ...place, kind: "bias", index: -1, y, height: CIRCLE.height, text: "1" };
}

/** The weights of a layer from the top: of each node its bias (from 0) and its weights (from 1). */
function rows(subject: Subject, layer: number): { node: number; from: number; y: number }[] {
  const inputs = subject.sizes[layer];
  const count = subject.sizes[layer + 1];
  const high = pitchOf(subject, layer);
  return Array.from({ length: count * (inputs + 1) }, (_, k) => {
    const node = Math.floor(k / (inputs + 1));
    const from = k % (inputs + 1);
    return { node, from, y: (node - (count - 1) / 2) * high + (from - inputs / 2) * ROW };
  });
}

function linksOf(subject: Subject, shapes: readonly Shape[]): Link[] {
  const links: Link[] = [];
  const at = (kind: Shape["kind"], layer: number) => shapes.filter((s) => s.kind === kind && s.layer === layer);
  const join = (from: Shape, to: Shape, more: Partial<Link> = {}) => {
    // An activation over all nodes of a layer is met and left straight.
    const over = (shape: Shape) => shape.kind === "activation" && shape.index < 0;
    const [y1, y2] = [over(from) ? to.y : from.y, over(to) ? from.y : to.y];
    links.push({ x1: from.x + from.width / 2, y1, x2: to.x - to.width / 2, y2, source: "", ...more });
  };
  subject.activations.forEach((_, layer) => {
    const before = at(layer === 0 ? "feature" : "node", layer - 1);
    const bias = at("bias", layer - 1)[0];
    const [sums, acting] = [at("sum", layer), at("activation", layer)];
    const products = at("product", layer);
    at("weight", layer).forEach((weight, k) => {
      const from = weight.weight?.feature ?? -1;
      const source = from < 0 ? bias : before[from];
      join(source, weight, {
        source: source.kind === "node" ? `${source.layer}.${source.index}` : "", weight: weight.weight,
      });
      join(weight, products[k], { weight: weight.weight });
      join(products[k], sums[products[k].index]);
    });
    const results = [...at("node", layer), ...at("output", layer)];
    results.forEach((result, j) => {
      const acts = acting.length === results.length ? acting[j] : acting[0];
      join(sums[j], acts);
      join(acts, result);
    });
  });
  return links;
}

function headings(columns: readonly Column[], x: readonly number[]): Word[] {
  return columns.flatMap(({ heading, width, gap }, at) =>
    heading
      .map((text, row) => ({
        text, x: x[at], y: 9 + 14 * row, size: 11, align: "center" as const, kind: "heading" as const,
        most: Math.min(width + Math.max(gap, columns[at + 1]?.gap ?? gap, NEAR) - 4, atMost(text, 11)),
      }))
      .filter(({ text }) => text),
  );
}

function names(subject: Subject, shapes: readonly Shape[], { left, right }: Places): Word[] {
  return shapes
    .filter(({ kind }) => kind === "feature" || kind === "output")
    .map((shape) => {
      const side = shape.kind === "feature" ? -1 : 1;
      return {
        text: (side < 0 ? subject.features : subject.outputs)[shape.index],
        x: shape.x + side * (shape.width / 2 + ASIDE), y: shape.y, size: 12,
        align: side < 0 ? ("right" as const) : ("left" as const),
        most: side < 0 ? left : right, kind: "name" as const,
      };
    });
}
