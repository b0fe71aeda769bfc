// The regions of the plane that is shown, over the range of the data: of the kept network those that Python found.

import { computed, type ReadonlySignal } from "@preact/signals";
import { find } from "../core/activations.ts";
import { before } from "../core/boundaries.ts";
import { nodeKey } from "../core/network.ts";
import type { Document } from "../core/document.ts";
import { areaOf, decided, mosaic, type Mosaic as Found } from "../core/mosaic.ts";
import type { Range } from "../draw/ticks.ts";
import { once } from "./once.ts";
import type { Scene } from "./scene.ts";
import { isKept } from "./shares.ts";
import { layersOf, mostPieces } from "./straight.ts";

/** Places one after the other in the two features' units; NaN between lines. */
export interface Line {
  xs: Float64Array;
  ys: Float64Array;
}

export interface Mosaic {
  /** "document": found by Python, of the final weights; "page": computed here. */
  from: "document" | "page";
  box: readonly [Range, Range];
  /** Convex; a region has several of them where the class changes. */
  polygons: Line[];
  /** [polygon] */
  region: ArrayLike<number>;
  /** [polygon], the class that wins; null where there are no classes. */
  winner: ArrayLike<number> | null;
  /** Slopes of an output along both features in a region. */
  slopes(region: number, output: number): readonly [number, number];
  /** [region], as a share of the box. */
  areas: ArrayLike<number>;
  folds: ReadonlyMap<string, Line>;
  boundary: Line | null;
}

/** What cannot be shown: "none" without corners or a range, "many" with too many regions for now. */
export type Missing = "none" | "many";

/** The mosaic of what is shown now. */
export const mosaicOf = once((scene: Scene): ReadonlySignal<Mosaic | Missing> => computed(() => found(scene)));

function found(scene: Scene): Mosaic | Missing {
  const layers = layersOf(scene);
  const along = scene.view.along.value;
  const box = along.map((feature) => [scene.doc.data.low[feature], scene.doc.data.high[feature]] as const);
  if (!layers || along.length < 2 || !box.every(([low, high]) => low < high)) return "none";
  if (isKept(scene) && along[0] === 0 && scene.doc.network.sizes[0] === 2) {
    const ready = given(scene.doc);
    if (ready) return ready;
  }
  const origin = Float64Array.from(scene.base.value);
  const steps = along.map((feature, i) => {
    const step = new Float64Array(origin.length);
    origin[feature] = (box[i][0] + box[i][1]) / 2;
    step[feature] = (box[i][1] - box[i][0]) / 2;
    return step;
  });
  const result = mosaic(layers, origin, steps[0], steps[1], scene.silent.value, mostPieces(scene));
  return result ? inUnits(result, [box[0], box[1]], levelOf(scene)) : "many";
}

/** Where the second of two classes of one output begins; null: the largest of several wins; undefined: no classes. */
type Level = number | null | undefined;

function levelOf({ classifier, doc }: Scene): Level {
  const { output_names: names, threshold, layers } = doc.network;
  const activation = layers.findLast(({ kind }) => kind === "dense")?.activation ?? "identity";
  const { rising, straight } = find(activation);
  if (!classifier || !(rising || straight)) return undefined;
  if (names.length > 1) return null;
  return straight ? (threshold ?? 0) : before(activation, threshold ?? 0);
}

function inUnits({ regions, folds }: Found, box: readonly [Range, Range], level: Level): Mosaic {
  const [x, y] = box.map(([low, high]) => ({ middle: (low + high) / 2, half: (high - low) / 2 }));
  const line = (flat: ArrayLike<number>, every: number): Line => {
    const [xs, ys]: [number[], number[]] = [[], []];
    for (let i = 0; i < flat.length; i += 2) {
      if (i > 0 && i % (2 * every) === 0) for (const places of [xs, ys]) places.push(Number.NaN);
      xs.push(x.middle + x.half * flat[i]);
      ys.push(y.middle + y.half * flat[i + 1]);
    }
    return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
  };
  const won = level === undefined ? null : decided(regions, level);
  const polygons = won?.parts ?? regions;
  return {
    from: "page",
    box,
    polygons: polygons.map(({ polygon }) => line(polygon, Infinity)),
    region: won ? won.parts.map(({ region }) => region) : regions.map((_, i) => i),
    winner: won && won.parts.map(({ winner }) => winner),
    slopes: (region, output) => {
      const { maps } = regions[region];
      return [maps[3 * output + 1] / x.half, maps[3 * output + 2] / y.half];
    },
    areas: regions.map(({ polygon }) => areaOf(polygon) / 4),
    folds: new Map([...folds].map(([node, flat]) => [node, line(flat, 2)])),
    boundary: won && line(won.boundary, 2),
  };
}

/** The mosaic of the final weights, if the document has it. */
const given = once(({ tensors, data }: Document): Mosaic | null => {
  const numbers = (name: string): ArrayLike<number> => tensors.get(`regions.${name}`)?.data ?? [];
  const points = numbers("points");
  if (!points.length) return null;
  const [corners, starts, slopes, areas] = ["corners", "starts", "slopes", "areas"].map(numbers);
  const outputs = slopes.length / areas.length / 2;
  const box = [[data.low[0], data.high[0]], [data.low[1], data.high[1]]] as const;
  const whole = (box[0][1] - box[0][0]) * (box[1][1] - box[1][0]);
  const polygons = Array.from({ length: starts.length - 1 }, (_, polygon): Line => {
    const own = Array.from({ length: starts[polygon + 1] - starts[polygon] }, (_, i) => corners[starts[polygon] + i]);
    return { xs: Float64Array.from(own, (i) => points[2 * i]), ys: Float64Array.from(own, (i) => points[2 * i + 1]) };
  });
  return {
    from: "document",
    box,
    polygons,
    region: numbers("region"),
    winner: tensors.has("regions.winner") ? numbers("winner") : null,
    slopes: (region, output) => {
      const at = 2 * (region * outputs + output);
      return [slopes[at], slopes[at + 1]];
    },
    areas: Array.from(areas, (area) => area / whole),
    folds: byNode(numbers("folds"), numbers("fold_lines")),
    boundary: tensors.has("regions.boundary")
      ? joined([...lines(numbers("boundary"), numbers("boundary_lines"))].map(([, line]) => line))
      : null,
  };
});

/** Polylines with the two numbers that stand beside where each begins. */
function* lines(points: ArrayLike<number>, rows: ArrayLike<number>): Generator<[readonly [number, number], Line]> {
  for (let i = 0; i < rows.length; i += 3) {
    const [begin, end] = [rows[i], i + 3 < rows.length ? rows[i + 3] : points.length / 2];
    const own = Array.from({ length: end - begin }, (_, at) => begin + at);
    const line = {
      xs: Float64Array.from(own, (at) => points[2 * at]), ys: Float64Array.from(own, (at) => points[2 * at + 1]),
    };
    yield [[rows[i + 1], rows[i + 2]], line];
  }
}

function byNode(points: ArrayLike<number>, rows: ArrayLike<number>): Map<string, Line> {
  const found = new Map<string, Line[]>();
  for (const [[layer, node], line] of lines(points, rows)) {
    const key = nodeKey(layer, node);
    found.set(key, [...(found.get(key) ?? []), line]);
  }
  return new Map([...found].map(([node, several]) => [node, joined(several)]));
}

function joined(several: readonly Line[]): Line {
  const row = (of: (line: Line) => Float64Array) =>
    Float64Array.from(several.flatMap((line, i) => (i ? [Number.NaN, ...of(line)] : [...of(line)])));
  return { xs: row(({ xs }) => xs), ys: row(({ ys }) => ys) };
}
