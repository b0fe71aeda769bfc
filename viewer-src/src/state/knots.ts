// The knots of the curve that is shown: of the kept network, in the range of the data, those that Python found.

import { computed, type ReadonlySignal } from "@preact/signals";
import { nodeKey } from "../core/network.ts";
import type { Document } from "../core/document.ts";
import { knots, type Knot } from "../core/knots.ts";
import { once } from "./once.ts";
import { outputOf, type Scene } from "./scene.ts";
import { isKept } from "./shares.ts";
import { layersOf, mostPieces } from "./straight.ts";

const FLAT = 1e-9; // of the largest change

/** Where the shown output bends or jumps in the visible range; null where it is too often, or the network is smooth. */
export const knotsOf = once((scene: Scene): ReadonlySignal<Knot[] | null> => computed(() => {
  const layers = layersOf(scene);
  if (!layers || scene.view.along.value.length > 1) return null;
  const [feature] = scene.view.along.value;
  const range = scene.range.value;
  const live = knots(layers, feature, scene.base.value, range, scene.silent.value, mostPieces(scene));
  const known = isKept(scene) ? given(scene.doc).filter(({ place }) => place > range[0] && place < range[1]) : [];
  if (!known.length) return live && shown(live, outputOf(scene));
  const { low, high } = scene.doc.data;
  const beside = (live ?? []).filter(({ place }) => place <= low[0] || place >= high[0]);
  return shown([...beside, ...known].sort((a, b) => a.place - b.place), outputOf(scene));
}));

/** Those at which one output is not straight. */
function shown(all: readonly Knot[], output: number): Knot[] {
  const turn = ({ before, after }: Knot) => Math.abs(after[output] - before[output]);
  const jump = ({ left, right }: Knot) => Math.abs(right[output] - left[output]);
  const least = (change: (knot: Knot) => number) => FLAT * all.reduce((most, knot) => Math.max(most, change(knot)), 0);
  const [turns, jumps] = [turn, jump].map(least);
  const level = all.reduce((most, knot) => Math.max(most, Math.abs(knot.left[output])), 0);
  return all.filter((knot) => turn(knot) > turns || jump(knot) > Math.max(jumps, FLAT * level));
}

/** The knots of the final weights, if the document has them. */
const given = once(({ tensors }: Document): Knot[] => {
  const places = tensors.get("pieces.places")?.data ?? [];
  const rows = (name: string) => {
    const { shape, data } = tensors.get(name) ?? { shape: [0], data: [] };
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    return (row: number) => Array.from({ length: width }, (_, i) => data[row * width + i]);
  };
  const [slopes, values, switches] = ["pieces.slopes", "pieces.values", "pieces.switches"].map(rows);
  const found = Array.from(places, (place, i): Knot => {
    const [before, after] = [slopes(i), slopes(i + 1)];
    const outputs = before.length;
    return {
      place, before, after, left: values(i).slice(outputs), right: values(i + 1).slice(0, outputs), nodes: [],
    };
  });
  for (let i = 0; i < (tensors.get("pieces.switches")?.shape[0] ?? 0); i++) {
    const [knot, layer, node] = switches(i);
    found[knot].nodes.push(nodeKey(layer, node));
  }
  return found;
});
