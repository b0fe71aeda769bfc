// What the small pictures are of: which layer, which nodes, and what each node does there.

import type { Trace } from "../../core/network.ts";
import { gridOf, isPlane } from "../../state/grid.ts";
import { hiddenLayers, outputOf, type Scene } from "../../state/scene.ts";
import { elided, type Elided } from "./elide.ts";
import { layout, MOST, type Layout } from "./layout.ts";

const POINTS = 60; // of a small curve
// Points along either side of a small map, and of networks of many nodes, which have to be drawn in the same time.
const GRID = 33;
const COARSE = 21;
const MANY = 40; // nodes

export interface Shown extends Elided {
  layer: number;
  /** Whether it is the last hidden layer, whose contributions add up; of others the activations are shown. */
  last: boolean;
  layout: Layout;
}

export function shownLayer(scene: Scene): number {
  const last = hiddenLayers(scene.network.value).length - 1;
  return Math.min(scene.view.layer.value ?? last, last);
}

/** The nodes with a picture of their own; without a width all of them. */
export function shown(scene: Scene, width?: number): Shown {
  const layers = hiddenLayers(scene.network.value);
  const layer = shownLayer(scene);
  const last = layer === layers.length - 1;
  const order = last ? scene.order.value : Array.from({ length: layers[layer].outputs }, (_, node) => node);
  const picked = scene.view.node.value?.split(".").map(Number);
  const limit = scene.view.allNodes.value || width === undefined ? Infinity : MOST;
  const split = elided(order, limit, picked?.[0] === layer ? picked[1] : null);
  const count = split.shown.length + (split.rest.length ? 1 : 0);
  return { layer, last, ...split, layout: layout(width ?? 0, count, isPlane(scene)) };
}

export interface Profiles {
  /** Of curves the places along x, of maps none. */
  x: Float64Array;
  /** Of each node shown, and after them of the rest together. */
  values: Float64Array[];
}

/** What each node shown does along the visible range, or on the visible plane: as if it were switched on. */
export function profiles(scene: Scene, of: Shown): Profiles {
  const plane = isPlane(scene);
  const side = scene.order.value.length > MANY ? COARSE : GRID;
  const trace = plane ? gridOf(scene, side).value.trace : scene.curve.value.trace;
  const all = plane ? null : scene.curve.value.x;
  const picks = all ? evenly(all.length, POINTS) : evenly(side * side, side * side);
  const one = (node: number) => profile(scene, trace, of, node, picks);
  const values = of.shown.map(one);
  if (of.rest.length && of.last) values.push(together(scene, of, one, picks.length));
  return { x: all ? Float64Array.from(picks, (pick) => all[pick]) : new Float64Array(0), values };
}

/** The least and the greatest of what is shown and switched on. */
export function extremes(profile: Profiles, on: (index: number) => boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  profile.values.forEach((values, index) => {
    if (!on(index)) return;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  });
  return low <= high && Number.isFinite(high - low) ? [low, high] : [0, 0];
}

function profile(scene: Scene, trace: Trace, of: Shown, node: number, picks: Int32Array): Float64Array {
  const value = trace.layers[of.layer].value[node];
  const factor = of.last ? outgoing(scene, node) : 1;
  const out = new Float64Array(picks.length);
  for (let i = 0; i < out.length; i++) out[i] = factor * value[picks[i]];
  return out;
}

/** The weight from a node of the last hidden layer to the output that is shown. */
export function outgoing(scene: Scene, node: number): number {
  const network = scene.network.value;
  const layer = network.layers[hiddenLayers(network).length];
  return layer.kind === "dense" ? layer.weight[outputOf(scene) * layer.inputs + node] : 1;
}

function together(scene: Scene, of: Shown, one: (node: number) => Float64Array, length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const node of of.rest) {
    if (scene.silent.value.has(`${of.layer}.${node}`)) continue;
    const values = one(node);
    for (let i = 0; i < length; i++) sum[i] += values[i];
  }
  return sum;
}

function evenly(length: number, most: number): Int32Array {
  const count = Math.min(length, most);
  return Int32Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}
