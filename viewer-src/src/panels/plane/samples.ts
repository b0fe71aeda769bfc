// The samples of a classifier: their classes, the colours of these, and what the network says of each.

import { computed, type ReadonlySignal } from "@preact/signals";
import { classes, scores } from "../../core/boundaries.ts";
import { evaluate } from "../../core/network.ts";
import { channels, classColour } from "../../draw/theme.ts";
import { isFine } from "../../state/plane.ts";
import { columns, type Scene } from "../../state/scene.ts";


export type Part = "data" | "held_out";

export const PARTS: readonly Part[] = ["data", "held_out"];

const COLOURED = 10; // the colours there are; beyond them classes share one
const OTHERS = "#888888";
const MOVING = 3e6; // products: 3 ms in one frame

/** Names of the classes, for people. */
export function classNames(scene: Scene): string[] {
  const { classes: labels, output_names: outputs } = scene.doc.network;
  if (labels.length > 0) return labels.map((label) => String(label) || "(empty)");
  return outputs.length > 1 ? outputs : ["below the threshold", "above it"];
}

/** The place of every class among the colours and shapes; -1 of those that share the grey: the rarest of many. */
export function classPlaces(scene: Scene): number[] {
  const names = classNames(scene);
  if (names.length <= COLOURED) return names.map((_, place) => place);
  const count = new Array<number>(names.length).fill(0);
  for (const code of codes(scene, "data")) if (code >= 0) count[code] += 1;
  const byCount = names.map((_, code) => code).sort((a, b) => count[b] - count[a]);
  const first = byCount.slice(0, COLOURED).sort((a, b) => a - b);
  return names.map((_, code) => first.indexOf(code));
}

export function placeColour(place: number): string {
  return place < 0 ? OTHERS : classColour(place);
}

/** Red, green and blue of every class. */
export function classChannels(scene: Scene): [number, number, number][] {
  return classPlaces(scene).map((place) => channels(placeColour(place)));
}

/** The class of every sample by its label, -1 where it has none the network knows. */
export function codes(scene: Scene, part: Part): ArrayLike<number> & Iterable<number> {
  return scene.doc.tensors.get(`${part}.codes`)?.data ?? [];
}

/** The threshold of one output. */
export function threshold(scene: Scene): number {
  return scene.doc.network.threshold ?? 0;
}

const KNOWN = new WeakMap<Scene, Map<Part, ReadonlySignal<Int32Array>>>();

/** The class the network gives every sample; null while something moves and there is no time to ask it. */
export function saidOf(scene: Scene, part: Part): Int32Array | null {
  const inputs = columns(scene.doc, `${part}.inputs`);
  if (inputs.length === 0) return null;
  const products = inputs[0].length * scene.doc.network.parameters;
  if (products > MOVING && !isFine(scene)) return null;
  let known = KNOWN.get(scene);
  if (!known) KNOWN.set(scene, (known = new Map()));
  let said = known.get(part);
  if (!said) {
    said = computed(() => {
      const network = scene.network.value;
      return classes(scores(network, evaluate(network, inputs, scene.silent.value)), scene.doc.network.threshold);
    });
    known.set(part, said);
  }
  return said.value;
}
