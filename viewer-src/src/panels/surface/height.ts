// What the surface is of: an output, its logit, or the contribution of the node that is lit up.

import { contributions, outputLayer } from "../../core/contributions.ts";
import { widened, type Range } from "../../draw/ticks.ts";
import type { Grid } from "../../state/grid.ts";
import { columns, outputOf, type Scene } from "../../state/scene.ts";
import { outputRange } from "../plane/decision.ts";

export type Kind = "output" | "logit" | "node";

export interface Height {
  kind: Kind;
  /** [point] of the grid. */
  values: Float64Array;
  range: Range;
  name: string;
  /** A value with a line of its own: where one output changes its class. */
  level: number | null;
}

/** Whether the network's outputs go through something that bends, so that it has logits. */
export function hasLogits(scene: Scene): boolean {
  return scene.classifier && !["identity", undefined].includes(scene.doc.network.layers.at(-1)?.activation);
}

/** The node of the last hidden layer that is lit up, or -1. */
export function litNode(scene: Scene): number {
  const [layer, node] = (scene.lit.value ?? "").split(".").map(Number);
  const last = outputLayer(scene.network.value) - 1;
  return last >= 0 && layer === last ? node : -1;
}

/** The kind that is shown: the one asked for, or the output where there is no such thing. */
export function kindOf(scene: Scene): Kind {
  const asked = scene.view.height.value;
  if (asked === "logit") return hasLogits(scene) ? "logit" : "output";
  return asked === "node" && litNode(scene) >= 0 ? "node" : "output";
}

export function heightOf(scene: Scene, grid: Grid): Height {
  const kind = kindOf(scene);
  const output = outputOf(scene);
  const name = scene.doc.network.output_names[output];
  const { threshold } = scene.doc.network;
  const single = scene.classifier && scene.doc.network.output_names.length === 1;
  if (kind === "node") {
    const node = litNode(scene);
    const values = contributions(scene.network.value, grid.trace, output).values[node];
    return { kind, values, range: widened(values), name: `contribution of node ${node + 1}`, level: 0 };
  }
  if (kind === "logit") {
    const values = grid.trace.layers[outputLayer(scene.network.value)].pre[output];
    const sigmoid = single && scene.doc.network.layers.at(-1)?.activation === "sigmoid" && threshold === 0.5;
    return { kind, values, range: widened(values), name: `logit of ${name}`, level: sigmoid ? 0 : null };
  }
  const values = grid.trace.output[output];
  return { kind, values, range: outputHeights(scene, output, values), name, level: single ? threshold : null };
}

/** All the output can be; else the range of the targets, so that the axes stand still while the training is played. */
function outputHeights(scene: Scene, output: number, values: Float64Array): Range {
  const { low, high } = outputRange(scene.network.value);
  if (scene.classifier && Number.isFinite(high - low)) return [low, high];
  const targets = columns(scene.doc, "data.targets")[output] ?? [];
  if (targets.length < 2) return widened(values);
  const [least, most] = widened(targets, 0.05);
  const room = most - least;
  const [lowest, highest] = widened(values, 0);
  return [Math.max(least - room, Math.min(least, lowest)), Math.min(most + room, Math.max(most, highest))];
}
