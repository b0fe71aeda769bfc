// How well the network fits the samples with what was changed by hand, beside how well it did as trained.

import { computed, type ReadonlySignal } from "@preact/signals";
import { classes, scores } from "../core/boundaries.ts";
import type { Document } from "../core/document.ts";
import { evaluate, type Network, type Trace } from "../core/network.ts";
import { nice } from "../core/numbers.ts";
import { isFine } from "./plane.ts";
import { once } from "./once.ts";
import { columns, outputOf, type Scene } from "./scene.ts";

const MOVING = 1e6; // products: 2 ms in one frame

/** "fits to 0.31 instead of 0.0591"; "" where no samples are known, or there is no time while something moves. */
export function scoreOf(scene: Scene): string {
  const inputs = columns(scene.doc, "data.inputs");
  if (!inputs[0]?.length) return "";
  if (inputs[0].length * scene.doc.network.parameters > MOVING && !isFine(scene)) return "";
  return live(scene).value;
}

const live = once((scene: Scene): ReadonlySignal<string> => {
  const { doc } = scene;
  const inputs = columns(doc, "data.inputs");
  const score = (network: Network, silent?: Set<string>) => {
    const trace = evaluate(network, [...inputs], silent);
    return scene.classifier ? right(doc, network, trace) : error(doc, trace, outputOf(scene));
  };
  const trained = computed(() => score(scene.trained.value));
  return computed(() => {
    const now = score(scene.network.value, scene.silent.value);
    if (now === null || trained.value === null) return "";
    if (scene.classifier) return `right on ${now} of ${inputs[0].length} samples instead of ${trained.value}`;
    return `fits to ${nice(now)} instead of ${nice(trained.value)}`;
  });
});

/** Root mean square of what is left of the targets of one output; null without targets. */
export function error(doc: Document, trace: Trace, output: number): number | null {
  const targets = columns(doc, "data.targets")[output];
  if (!targets?.length) return null;
  let sum = 0;
  for (let s = 0; s < targets.length; s++) sum += (trace.output[output][s] - targets[s]) ** 2;
  return Math.sqrt(sum / targets.length);
}

/** How many samples have the class the network gives them; null without labels. */
function right(doc: Document, network: Network, trace: Trace): number | null {
  const codes = doc.tensors.get("data.codes")?.data;
  if (!codes?.length) return null;
  const said = classes(scores(network, trace), doc.network.threshold);
  return said.reduce((count, code, s) => count + Number(code === codes[s]), 0);
}
