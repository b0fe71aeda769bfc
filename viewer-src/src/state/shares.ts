// Shares of the nodes in the network as it is shown now: at this snapshot, with what was changed by hand.

import { computed, type ReadonlySignal } from "@preact/signals";
import { contributions, share } from "../core/contributions.ts";
import { evaluate } from "../core/network.ts";
import { once } from "./once.ts";
import { columns, outputOf, type Scene } from "./scene.ts";

export interface Shares {
  /** Per node of the last hidden layer: Cov(c, f) / Var f over the samples. */
  now: readonly number[];
  /** The same of the kept network, as its reading has it; empty where the document has none. */
  kept: readonly number[];
  /** Over how many samples `now` was taken. */
  samples: number;
}

const MOST = 256; // samples: what a frame of 20 ms can spare for 100 nodes

export const sharesOf = once((scene: Scene): ReadonlySignal<Shares> => {
  const all = columns(scene.doc, "data.inputs");
  const inputs = all.map((column) => evenly(column, MOST));
  const samples = inputs[0]?.length ?? 0;
  return computed(() => {
    const output = outputOf(scene);
    const kept = keptShares(scene, output);
    if (kept.length && isKept(scene)) return { now: kept, kept, samples: scene.doc.data.samples };
    if (!samples) return { now: [], kept, samples };
    const trace = evaluate(scene.network.value, inputs, scene.silent.value);
    const { values, sum } = contributions(scene.network.value, trace, output);
    return { now: share(values, sum), kept, samples };
  });
});

/** Whether it is the network that was kept, with nothing changed. */
export function isKept(scene: Scene): boolean {
  const { snapshot, start } = scene.view;
  return snapshot.value === null && start.value === null && !scene.changed.value;
}

function keptShares(scene: Scene, output: number): number[] {
  const given = scene.doc.readings.contributions?.share as (number | null)[][] | undefined;
  const nodes = scene.order.value.length;
  return given?.length === nodes ? given.map((row) => row[Math.min(output, row.length - 1)] ?? Number.NaN) : [];
}

/** At most `count` of the values, evenly chosen. */
export function evenly(values: Float64Array, count: number): Float64Array {
  if (values.length <= count) return values;
  return Float64Array.from({ length: count }, (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))]);
}
