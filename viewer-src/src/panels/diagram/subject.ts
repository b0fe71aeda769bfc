// The network of a scene as the diagram sees it, and the diagram in its place; both are kept until something changes.

import { nice } from "../../core/numbers.ts";
import { dense } from "../../core/network.ts";
import { named, type Size } from "../../draw/frame.ts";
import type { Scene } from "../../state/scene.ts";
import type { Graph, Subject } from "./graph.ts";
import { chosen, layout, type Choice } from "./levels.ts";

const SUBJECTS = new WeakMap<Scene, Subject>();
const GRAPHS = new WeakMap<Scene, { key: string; graph: Graph }>();

/** Sizes and names; the same for all snapshots. */
export function subjectOf(scene: Scene): Subject {
  let known = SUBJECTS.get(scene);
  if (!known) {
    const layers = dense(scene.network.peek());
    const info = scene.doc.network;
    known = {
      sizes: [scene.network.peek().inputs, ...layers.map((layer) => layer.outputs)],
      activations: layers.map((layer) => layer.activation),
      features: info.feature_names.map((name, i) => named(name, info.feature_units[i] ?? "")),
      outputs: outputNames(scene),
      joint: layers[layers.length - 1].activation === "softmax",
      appended: layers[layers.length - 1].appended === true,
    };
    SUBJECTS.set(scene, known);
  }
  return known;
}

function outputNames({ doc: { network: info } }: Scene): string[] {
  const names = info.output_names.map((name, i) => named(name, info.output_units[i] ?? ""));
  if (info.classes.length === names.length) return info.classes.map((label) => `${info.label || "class"} = ${label}`);
  if (info.classes.length !== 2 || info.threshold === null) return names;
  const [below, above] = info.classes;
  return [`${info.label || names[0]} = ${below} below ${nice(info.threshold)}, else ${above}`];
}

export function choiceOf(scene: Scene, width: number): Choice {
  return chosen(subjectOf(scene), scene.view.level.value, width);
}

export function graphOf(scene: Scene, size: Size): Graph {
  const { level } = choiceOf(scene, size.width);
  const key = `${level} ${size.width} ${size.height}`;
  const known = GRAPHS.get(scene);
  if (known?.key === key) return known.graph;
  const graph = layout(subjectOf(scene), level, size);
  GRAPHS.set(scene, { key, graph });
  return graph;
}
