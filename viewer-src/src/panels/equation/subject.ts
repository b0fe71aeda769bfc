// The equations of a scene as it is now.

import type { Dense } from "../../core/network.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { build } from "./build.ts";
import type { System } from "./tree.ts";

/** Parameters up to which numbers stand in the equations; of more, symbols. */
export const MOST = 60;

/** The equations of one output, or of all. */
export function systemOf(scene: Scene, output: number | null): System {
  const info = scene.doc.network;
  const outputs = info.classes.length === info.output_names.length ? info.classes.map(String) : info.output_names;
  return build(
    {
      layers: scene.network.value.layers as Dense[],
      features: info.feature_names,
      outputs,
      silent: scene.silent.value,
      extras: extrasOf(scene),
    },
    output,
  );
}

const EXTRAS = new WeakMap<Scene, number[]>();

/**
 * How many digits more the weights of each feature need: a feature far from 0 beside its spread, such as a year, is
 * nearly cancelled by the bias.
 */
function extrasOf(scene: Scene): number[] {
  let known = EXTRAS.get(scene);
  if (!known) {
    known = columns(scene.doc, "data.inputs").map((values) => {
      const mean = values.reduce((a, b) => a + b, 0) / (values.length || 1);
      const spread = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length || 1));
      return spread > 0 ? Math.min(12, Math.max(0, Math.round(Math.log10(Math.abs(mean) / spread || 1)))) : 0;
    });
    EXTRAS.set(scene, known);
  }
  return known;
}
