// What the nodes of the last hidden layer make of what is asked about.

import { computed, type ReadonlySignal } from "@preact/signals";
import { contributions, outputLayer, type Contributions } from "../core/contributions.ts";
import { memories, ruleOf, scalingOf, type Memories } from "../core/memories.ts";
import type { Dense } from "../core/network.ts";
import { once } from "./once.ts";
import type { Scene } from "./scene.ts";
import { traceOf, votedOf } from "./voted.ts";

export interface Remembered extends Memories {
  /** Per node, what it adds to the output; 0 of one that is switched off. */
  votes: Float64Array;
  bias: number;
  /** What bias and votes add up to, and which number that is. */
  sum: number;
  of: Contributions["of"];
  /** "layer.node" of a node. */
  key(node: number): string;
  /** When a node fires, in words. */
  rule: string;
  /** Whether the layer reads one number, so that all angles are 0° or 180°. */
  single: boolean;
}

const scaling = once((scene: Scene) => scalingOf(scene.doc));

export const rememberedOf = once((scene: Scene): ReadonlySignal<Remembered> =>
  computed(() => {
    const network = scene.network.value;
    const index = outputLayer(network) - 1;
    const trace = traceOf(scene).value;
    const { values, bias, sum, of } = contributions(network, trace, votedOf(scene));
    const layer = network.layers[index] as Dense;
    return {
      ...memories(network, scaling(scene), trace, index),
      votes: Float64Array.from(values, (value) => value[0]),
      bias,
      sum: sum[0],
      of,
      key: (node) => `${index}.${node}`,
      rule: ruleOf(layer.activation),
      single: layer.inputs === 1,
    };
  }));
