// The levels of circles and lines: one circle per node, one line per weight; with bias nodes, without, or shortened.

import { counted, roman } from "../../core/words.ts";
import type { Size } from "../../draw/frame.ts";
import { figures } from "./figures.ts";
import type { Graph, Level, Link, Shape, Subject, Word } from "./graph.ts";
import { atMost, symbol } from "./words.ts";

export const MOST = 10; // places in a column of a shortened diagram
const PITCH = [22, 54] as const; // least and largest distance of two circles
const NUMBER = 54; // width of a node with a number in it
const CIRCLE = 34; // largest diameter
const GAP = 300; // most pixels between two columns
const HEAD = { size: 11, line: 14 } as const;
const FOOT = 8;
const ASIDE = 7;

/** The indices drawn of a layer; of more than `most` the first ones and the last. */
export function drawn(size: number, most: number): number[] {
  if (size <= most) return Array.from({ length: size }, (_, i) => i);
  return [...Array.from({ length: most - 2 }, (_, i) => i), size - 1];
}

interface Column {
  indices: readonly number[];
  size: number;
  heading: readonly string[];
  /** Whether a node of value 1 stands above it. */
  bias: boolean;
}

/** The height a diagram takes in CSS pixels. */
export function circlesHeight(subject: Subject, level: Level): number {
  const rows = rowsOf(columnsOf(subject, level));
  const pitch = Math.min(PITCH[1], Math.max(PITCH[0], 420 / rows));
  return Math.round(Math.max(150, rows * pitch) + headHeight(columnsOf(subject, level)) + FOOT);
}

export function circles(subject: Subject, level: Level, size: Size): Graph {
  const columns = columnsOf(subject, level);
  const top = headHeight(columns);
  const pitch = Math.min(PITCH[1], (size.height - top - FOOT) / rowsOf(columns));
  const places = across(subject, size.width, columns.length);
  const diameter = Math.min(CIRCLE, 0.72 * pitch, 0.6 * places.apart);
  const { roomy } = places;
  const middle = top + (size.height - top - FOOT) / 2;
  const width = roomy ? Math.max(diameter, NUMBER) : diameter;
  const shapes = columns.flatMap((_, at) =>
    shapesOf(subject, columns, at, { x: places.x[at], apart: places.apart, middle, pitch, diameter, width }),
  );
  const links = linksOf(subject, shapes);
  const words = [...headings(columns, places), ...names(subject, shapes, places)];
  return { level, shapes, links, words, figures: roomy ? figures(links, shapes) : [], roomy };
}

function columnsOf(subject: Subject, level: Level): Column[] {
  const most = level === "short" ? MOST : Number.POSITIVE_INFINITY;
  return subject.sizes.map((size, at) => {
    const indices = drawn(size, most);
    const last = at === subject.sizes.length - 1;
    const name = at === 0 ? "features" : subject.appended && last ? "scaling" : subject.activations[at - 1];
    const count = indices.length < size ? [counted(size, at === 0 ? "feature" : last ? "output" : "node")] : [];
    return { indices, size, heading: [roman(at + 1), name, ...count], bias: level === "bias" && !last };
  });
}

/** Places in the highest column: circles, the words for what is left out, the bias node. */
function rowsOf(columns: readonly Column[]): number {
  return Math.max(...columns.map((c) => c.indices.length + Number(c.indices.length < c.size) + Number(c.bias)));
}

function headHeight(columns: readonly Column[]): number {
  return Math.max(...columns.map((column) => column.heading.length)) * HEAD.line + 8;
}

interface Places {
  x: readonly number[];
  apart: number;
  /** Whether numbers fit into the nodes, which are then drawn out to the sides. */
  roomy: boolean;
  /** Pixels for the names on either side. */
  left: number;
  right: number;
}

/** Columns side by side and in the middle of the picture, with room for the names of features and outputs. */
function across(subject: Subject, width: number, count: number): Places {
  const room = (texts: readonly string[]) =>
    Math.min(Math.max(...texts.map((text) => atMost(text, 12))) + 6, Math.max(36, 0.24 * width));
  const left = room(subject.features);
  const right = room(subject.outputs);
  const free = (node: number) => Math.max(0, width - left - right - 2 * (ASIDE + node / 2 + 6));
  const gaps = Math.max(1, count - 1);
  const node = free(NUMBER) / gaps >= NUMBER + 12 ? NUMBER : CIRCLE;
  const side = ASIDE + node / 2 + 6;
  const apart = Math.min(GAP, free(node) / gaps);
  const first = left + side + (free(node) - apart * (count - 1)) / 2;
  return { x: Array.from({ length: count }, (_, i) => first + i * apart), apart, roomy: node === NUMBER, left, right };
}

interface Spot {
  x: number;
  apart: number;
  middle: number;
  pitch: number;
  diameter: number;
  width: number;
}

function shapesOf(subject: Subject, columns: readonly Column[], at: number, spot: Spot): Shape[] {
  const { indices, size, bias } = columns[at];
  const last = at === columns.length - 1;
  const kind = at === 0 ? "feature" : last ? "output" : "node";
  const more = indices.length < size;
  const rows = indices.length + Number(more) + Number(bias);
  const y = (row: number) => spot.middle + (row - (rows - 1) / 2) * spot.pitch;
  const place = { x: spot.x, width: spot.width, height: spot.diameter, layer: at - 1 };
  const found: Shape[] = indices.map((index, i) => ({
    ...place,
    kind,
    index,
    y: y(i + Number(bias) + Number(more && i === indices.length - 1)),
    text: symbol(at === 0 ? "x" : "y", index + 1),
  }));
  if (more) {
    const words = [`… ${size - indices.length} more`, `… ${size - indices.length}`];
    const text = atMost(words[0], 11) < spot.apart - 4 ? words[0] : words[1];
    found.push({ ...place, kind: "more", index: -1, y: y(rows - 2), text, width: atMost(text, 11) });
  }
  if (bias) found.push({ ...place, kind: "bias", index: -1, y: y(0), text: "1" });
  if (last && subject.joint) {
    const height = (rows - 1) * spot.pitch + spot.diameter + 10;
    found.unshift({ ...place, kind: "joint", index: -1, y: spot.middle, text: "", width: spot.width + 10, height });
  }
  return found;
}

function linksOf(subject: Subject, shapes: readonly Shape[]): Link[] {
  const reads = shapes.filter((shape) => ["node", "output"].includes(shape.kind));
  const gives = shapes.filter((shape) => ["feature", "node", "bias"].includes(shape.kind));
  const end = subject.sizes.length - 2;
  return reads.flatMap((to) =>
    gives
      .filter((from) => from.layer === to.layer - 1)
      .filter((from) => !(subject.appended && to.layer === end && from.kind !== "bias" && from.index !== to.index))
      .map((from) => ({
        x1: from.x, y1: from.y, x2: to.x, y2: to.y,
        source: from.kind === "node" ? `${from.layer}.${from.index}` : "",
        weight: { layer: to.layer, node: to.index, feature: from.index },
      })),
  );
}

function headings(columns: readonly Column[], places: Places): Word[] {
  const most = Math.max(14, places.apart - 8);
  const fits = columns.every((column) => column.heading.every((text) => atMost(text, HEAD.size) <= most));
  return columns.flatMap(({ heading }, at) =>
    heading
      .filter((_, row) => fits || row === 0 || most >= 40)
      .map((text, row) => ({
        text, x: places.x[at], y: 4 + HEAD.line * (row + 0.5), size: HEAD.size, align: "center" as const,
        most: Math.min(most, atMost(text, HEAD.size)), kind: "heading" as const,
      })),
  );
}

function names(subject: Subject, shapes: readonly Shape[], places: Places): Word[] {
  return shapes
    .filter(({ kind }) => kind === "feature" || kind === "output")
    .map((shape) => {
      const side = shape.kind === "feature" ? -1 : 1;
      const aside = shape.width / 2 + ASIDE + (subject.joint && side > 0 ? 5 : 0);
      return {
        text: (side < 0 ? subject.features : subject.outputs)[shape.index],
        x: shape.x + side * aside, y: shape.y, size: 12, align: side < 0 ? ("right" as const) : ("left" as const),
        most: side < 0 ? places.left : places.right, kind: "name" as const,
      };
    });
}
