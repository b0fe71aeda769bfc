// Which output the votes are for: of classes the one the network says, unless another is chosen.

import { computed, type ReadonlySignal } from "@preact/signals";
import { classOf, scores } from "../core/boundaries.ts";
import type { Trace } from "../core/network.ts";
import { askedOf } from "./asked.ts";
import { once } from "./once.ts";
import { outputOf, type Scene } from "./scene.ts";

/** Trace of the network at what is asked about. */
export const traceOf = once((scene: Scene): ReadonlySignal<Trace> =>
  computed(() => scene.at(askedOf(scene).value.point)));

/** The class the network says of what is asked about. */
export const saidOf = once((scene: Scene): ReadonlySignal<number> =>
  computed(() => {
    const values = scores(scene.network.value, traceOf(scene).value).map((value) => value[0]);
    return classOf(values, scene.doc.network.threshold);
  }));

export function choosesClass(scene: Scene): boolean {
  return scene.classifier && scene.doc.network.output_names.length > 1;
}

/** The output that the votes are for. */
export function votedOf(scene: Scene): number {
  if (!choosesClass(scene)) return outputOf(scene);
  return Math.min(scene.view.voted.value ?? saidOf(scene).value, scene.doc.network.output_names.length - 1);
}
