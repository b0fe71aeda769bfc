// The bands of the network that is shown: of its curve, or of its value at one point of a plane.

import { computed } from "@preact/signals";
import { contributions } from "../../core/contributions.ts";
import { isPlane } from "../../state/grid.ts";
import { once } from "../../state/once.ts";
import { pointOf } from "../../state/point.ts";
import { hiddenLayers, outputOf, type Scene } from "../../state/scene.ts";
import { aroundMeans, stack, type Band } from "./stack.ts";

const MOST = 11; // bands: ten nodes have a colour of their own
const EVERY = 2; // of the points of the curve

export interface Bands {
  x: Float64Array;
  bias: number;
  bands: (Band & { name: string })[];
  sum: Float64Array;
  target: string;
}

const computedOf = once((scene: Scene) => computed(() => bands(scene)));

export function bandsOf(scene: Scene): Bands {
  return computedOf(scene).value;
}

/** Name of a node or, of a network without hidden layers, of a feature. */
export function nameOf(scene: Scene, node: number): string {
  return hiddenLayers(scene.network.value).length ? `node ${node + 1}` : scene.doc.network.feature_names[node];
}

/** "layer.node" of a part, or null where the parts are features. */
export function keyOf(scene: Scene, node: number): string | null {
  const layers = hiddenLayers(scene.network.value).length;
  return layers ? `${layers - 1}.${node}` : null;
}

function bands(scene: Scene): Bands {
  const output = outputOf(scene);
  const plane = isPlane(scene);
  const point = plane ? pointOf(scene).value : null;
  const all = point ? contributions(scene.network.value, scene.at(point), output) : scene.parts.value;
  const x = point ? Float64Array.of(point[scene.view.along.value[0]]) : every(scene.curve.value.x);
  const thin = point ? all.values : all.values.map(every);
  const moved = scene.view.around.value && !point;
  const { values, bias } = moved ? aroundMeans(thin, all.bias) : { values: thin, bias: all.bias };
  const found = stack(values, bias, scene.order.value, MOST);
  return {
    x,
    bias,
    bands: found.map((band) => ({ ...band, name: title(scene, band) })),
    sum: found.at(-1)?.to ?? new Float64Array(x.length).fill(bias),
    target: `${all.of === "output" ? "" : "pre-activation of "}${scene.doc.network.output_names[output]}`,
  };
}

function title(scene: Scene, band: Band): string {
  return band.nodes.length === 1 ? nameOf(scene, band.nodes[0]) : `${band.nodes.length} more nodes`;
}

function every(values: Float64Array): Float64Array {
  // The last point stays.
  const count = Math.ceil((values.length - 1) / EVERY) + 1;
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = values[Math.min(values.length - 1, i * EVERY)];
  return out;
}
