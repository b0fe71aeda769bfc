// The network over a plane of two features, the others as at the base point.

import { computed, type ReadonlySignal } from "@preact/signals";
import { evaluate, type Trace } from "../core/network.ts";
import { widened, type Range } from "../draw/ticks.ts";
import { spaced, type Scene } from "./scene.ts";

/** Values at columns × rows points; the point of column i and row j has index j · columns + i. */
export interface Grid {
  x: Float64Array;
  y: Float64Array;
  trace: Trace;
}

const KNOWN = new WeakMap<Scene, Map<number, ReadonlySignal<Grid>>>();

/** Visible ranges of the two features. */
export function planeRanges(scene: Scene): [Range, Range] {
  const { view } = scene;
  const [first, second] = view.along.value;
  const wide = (feature: number) => widened(scene.dataRange(feature), 0.15);
  return [view.x.value ?? wide(first), view.y.value ?? wide(second)];
}

/** The network on a grid of `count` by `count` points over the visible plane; computed once however many ask. */
export function gridOf(scene: Scene, count: number): ReadonlySignal<Grid> {
  let known = KNOWN.get(scene);
  if (!known) KNOWN.set(scene, (known = new Map()));
  let grid = known.get(count);
  if (!grid) {
    grid = computed(() => {
      const [first, second] = scene.view.along.value;
      const [xRange, yRange] = planeRanges(scene);
      const x = spaced(xRange, count);
      const y = spaced(yRange, count);
      const features = Array.from(scene.base.value, (value, feature) => {
        const column = new Float64Array(count * count).fill(value);
        if (feature === first) for (let at = 0; at < column.length; at++) column[at] = x[at % count];
        if (feature === second) for (let at = 0; at < column.length; at++) column[at] = y[Math.floor(at / count)];
        return column;
      });
      return { x, y, trace: evaluate(scene.network.value, features, scene.silent.value) };
    });
    known.set(count, grid);
  }
  return grid;
}

/** Whether the pictures are of a plane, not of a line. */
export function isPlane(scene: Scene): boolean {
  return scene.view.along.value.length === 2;
}
