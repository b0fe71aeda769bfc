// The exact regions of a network of straight lines over two features, of any depth, as nodewise.regions finds them:
// layer by layer every polygon is cut where a node meets a corner of its activation.
import { find } from "./activations.ts";
import { nodeKey, type Dense } from "./network.ts";
import { cornersWithin } from "./straight.ts";

/** Corners x0, y0, x1, y1, …, counterclockwise. */
export type Polygon = Float64Array;

export interface Region {
  polygon: Polygon;
  /** Per output: value at 0, slope along the first and along the second coordinate. */
  maps: Float64Array;
}

export interface Mosaic {
  regions: Region[];
  /** Where each node bends, "layer.node": segments x0, y0, x1, y1, one after the other. */
  folds: Map<string, number[]>;
}

const NEAR = 1e-11; // of the size of what was added up: smaller numbers are rounding

/**
 * Returns the regions in the square from -1 to 1; null if there are more than `most`.
 *
 * @param layers Straight ones, a chain.
 * @param origin, across, up The inputs at the middle of the square, and what a step of 1 along each coordinate adds.
 * @param silent Nodes that are switched off ("layer.node").
 */
export function mosaic(
  layers: readonly Dense[], origin: ArrayLike<number>, across: ArrayLike<number>, up: ArrayLike<number>,
  silent: ReadonlySet<string>, most: number,
): Mosaic | null {
  const maps = Float64Array.from(Array.from(origin).flatMap((value, i) => [value, across[i], up[i]]));
  let regions: Region[] = [{ polygon: Float64Array.of(-1, -1, 1, -1, 1, 1, -1, 1), maps }];
  const folds = new Map<string, number[]>();
  for (const [index, layer] of layers.entries()) {
    const next: Region[] = [];
    for (const region of regions) {
      const pre = weighed(layer, region.maps);
      const parts = cutByNodes(layer, index, region.polygon, pre, folds, silent, most - next.length);
      if (!parts) return null;
      for (const polygon of parts) next.push({ polygon, maps: bent(layer, index, pre, polygon, silent) });
    }
    regions = next;
  }
  return { regions, folds };
}

function weighed({ inputs, outputs, weight, bias }: Dense, maps: Float64Array): Float64Array {
  const after = new Float64Array(3 * outputs);
  for (let j = 0; j < outputs; j++) {
    after[3 * j] = bias[j];
    for (let i = 0; i < inputs; i++) {
      const by = weight[j * inputs + i];
      for (let k = 0; k < 3; k++) after[3 * j + k] += by * maps[3 * i + k];
    }
  }
  return after;
}

function cutByNodes(
  layer: Dense, index: number, whole: Polygon, pre: Float64Array, folds: Map<string, number[]>,
  silent: ReadonlySet<string>, most: number,
): Polygon[] | null {
  let parts = [whole];
  for (let j = 0; j < layer.outputs; j++) {
    const node = nodeKey(index, j);
    const [c, a, b] = pre.subarray(3 * j, 3 * j + 3);
    const reach = Math.abs(a) + Math.abs(b);
    if (reach <= NEAR * Math.abs(c) || silent.has(node)) continue;
    const corners = cornersWithin(layer.activation, c - reach, c + reach, most);
    if (!corners) return null;
    for (const corner of corners) {
      const lines = folds.get(node) ?? [];
      parts = parts.flatMap((polygon) => cut(polygon, c - corner, a, b, lines));
      if (lines.length) folds.set(node, lines);
      if (parts.length > most) return null;
    }
  }
  return parts;
}

/** The parts of a polygon on either side of c + a·x + b·y = 0; the cut, or the edge that lies on it, joins `lines`. */
function cut(polygon: Polygon, c: number, a: number, b: number, lines: number[]): Polygon[] {
  const near = NEAR * (Math.abs(c) + Math.abs(a) + Math.abs(b));
  const count = polygon.length / 2;
  const z = new Float64Array(count);
  let [above, below] = [false, false];
  for (let i = 0; i < count; i++) {
    const value = c + a * polygon[2 * i] + b * polygon[2 * i + 1];
    z[i] = Math.abs(value) <= near ? 0 : value;
    if (z[i] > 0) above = true;
    if (z[i] < 0) below = true;
  }
  const sides: [number[], number[]] = [[], []];
  const on: number[] = [];
  for (let i = 0; i < count; i++) {
    const next = (i + 1) % count;
    const [x, y] = [polygon[2 * i], polygon[2 * i + 1]];
    if (z[i] >= 0) sides[0].push(x, y);
    if (z[i] <= 0) sides[1].push(x, y);
    if (z[i] === 0) on.push(x, y);
    if (z[i] * z[next] >= 0) continue;
    const part = z[i] / (z[i] - z[next]);
    const crossing = [x + part * (polygon[2 * next] - x), y + part * (polygon[2 * next + 1] - y)];
    for (const side of [...sides, on]) side.push(...crossing);
  }
  // Of two polygons that share an edge on the line, the one above it draws it.
  if (on.length === 4 && above) lines.push(...on);
  return above && below ? sides.map((side) => Float64Array.from(side)) : [polygon];
}

function bent(
  { activation, outputs }: Dense, index: number, pre: Float64Array, polygon: Polygon, silent: ReadonlySet<string>,
): Float64Array {
  const phi = find(activation);
  const [x, y] = middle(polygon);
  const after = new Float64Array(3 * outputs);
  for (let j = 0; j < outputs; j++) {
    if (silent.has(nodeKey(index, j))) continue;
    const z = at(pre, j, x, y);
    const slope = phi.straight?.slope(z) ?? 0;
    after[3 * j] = phi.value(z) - slope * (z - pre[3 * j]);
    after[3 * j + 1] = slope * pre[3 * j + 1];
    after[3 * j + 2] = slope * pre[3 * j + 2];
  }
  return after;
}

/** The value of one output's map at a place. */
export function at(maps: Float64Array, output: number, x: number, y: number): number {
  return maps[3 * output] + maps[3 * output + 1] * x + maps[3 * output + 2] * y;
}

/** A point inside a polygon: the mean of its corners. */
export function middle(polygon: Polygon): [number, number] {
  let [x, y] = [0, 0];
  for (let i = 0; i < polygon.length; i += 2) {
    x += polygon[i];
    y += polygon[i + 1];
  }
  return [(2 * x) / polygon.length, (2 * y) / polygon.length];
}

export function areaOf(polygon: Polygon): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const next = (i + 2) % polygon.length;
    sum += polygon[i] * polygon[next + 1] - polygon[next] * polygon[i + 1];
  }
  return sum / 2;
}

/** A part of a region on which one class wins. */
export interface Won {
  polygon: Polygon;
  region: number;
  winner: number;
}

/**
 * Cuts every region where the winner changes. Of one output the second of two classes begins at `level`; of several the
 * largest wins, the first of those that are equal.
 */
export function decided(regions: readonly Region[], level: number | null): { parts: Won[]; boundary: number[] } {
  const parts: Won[] = [];
  const boundary: number[] = [];
  for (const [region, { polygon, maps }] of regions.entries()) {
    const scores = level === null ? maps : Float64Array.of(level, 0, 0, ...maps);
    const classes = scores.length / 3;
    for (let one = 0; one < classes; one++) {
      let left = [polygon];
      const lines: number[][] = [];
      for (let other = 0; other < classes && left.length; other++) {
        if (other === one) continue;
        const [c, a, b] = [0, 1, 2].map((k) => scores[3 * one + k] - scores[3 * other + k]);
        const line: number[] = [];
        left = cut(left[0], c, a, b, line).filter((part) => ahead(part, c, a, b, one < other === (level === null)));
        lines.push(...lines.splice(0).map((kept) => clipped(kept, c, a, b)).filter((kept) => kept.length));
        // The pair's line is drawn once, by the smaller of its two classes.
        if (line.length && one < other) lines.push(line);
      }
      if (!left.length) continue;
      parts.push({ polygon: left[0], region, winner: one });
      for (const line of lines) boundary.push(...line);
    }
  }
  return { parts, boundary };
}

/** Whether a polygon lies on the side where c + a·x + b·y is above 0; `even` decides where it is 0 throughout. */
function ahead(polygon: Polygon, c: number, a: number, b: number, even: boolean): boolean {
  const [x, y] = middle(polygon);
  const value = c + a * x + b * y;
  return Math.abs(value) <= NEAR * (Math.abs(c) + Math.abs(a) + Math.abs(b)) ? even : value > 0;
}

/** What of a segment lies where c + a·x + b·y is not below 0. */
function clipped(line: number[], c: number, a: number, b: number): number[] {
  const [x0, y0, x1, y1] = line;
  const [from, to] = [c + a * x0 + b * y0, c + a * x1 + b * y1];
  if (from >= 0 && to >= 0) return line;
  if (from <= 0 && to <= 0) return [];
  const part = from / (from - to);
  const crossing = [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
  return from > 0 ? [x0, y0, ...crossing] : [...crossing, x1, y1];
}
