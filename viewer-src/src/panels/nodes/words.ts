// What stands above the small pictures.

import { nice } from "../../core/numbers.ts";
import type { Range } from "../../draw/ticks.ts";
import { isPlane } from "../../state/grid.ts";
import { hiddenLayers, outputOf, type Scene } from "../../state/scene.ts";
import { sharesOf } from "../../state/shares.ts";
import { percent } from "./elide.ts";
import type { Shown } from "./shown.ts";

/** The title of a small picture, and a shorter one for little room. */
export function title(scene: Scene, of: Shown, index: number): [string, string] {
  const shares = sharesOf(scene).value.now;
  const node = of.shown[index];
  if (node !== undefined) {
    const words = titleOf(scene, of, node, shares);
    return [words, words];
  }
  const more = `${of.rest.length} more`;
  if (!of.last || !shares.length) return [more, more];
  const together = percent(of.rest.reduce((sum, i) => sum + shares[i], 0));
  return [`${more}, together ${together}`, `${more} · ${together}`];
}

function titleOf(scene: Scene, of: Shown, node: number, shares: readonly number[]): string {
  if (scene.silent.value.has(`${of.layer}.${node}`)) return `node ${node + 1} · off`;
  return of.last && shares.length ? `node ${node + 1} · ${percent(shares[node])}` : `node ${node + 1}`;
}

/** What they are of; of the node that is lit up, how much it counts. */
export function about(scene: Scene, of: Shown): string {
  const lit = scene.lit.value?.split(".").map(Number);
  if (lit?.[0] === of.layer) return aboutOne(scene, of, lit[1]);
  if (!of.last) return `Activations of hidden layer ${of.layer + 1} of ${hiddenLayers(scene.network.value).length}`;
  const { samples } = sharesOf(scene).value;
  const all = scene.doc.data.samples;
  const over = samples === all ? `the ${all} samples` : `${samples} of the ${all} samples`;
  return `Contributions to ${target(scene)}; shares over ${over}`;
}

/** On which scale. */
export function scales(scene: Scene, range: Range): string {
  if (scene.view.ownScales.value) {
    return isPlane(scene) ? "Each on a scale of its own: blue adds, orange takes away" : "Each on a scale of its own";
  }
  const largest = Math.max(Math.abs(range[0]), Math.abs(range[1]));
  if (isPlane(scene)) return `One scale: orange takes away, blue adds, up to ${nice(largest)}`;
  return `One scale, from ${nice(range[0])} to ${nice(range[1])}; a line at 0`;
}

export function target(scene: Scene): string {
  const name = scene.doc.network.output_names[outputOf(scene)];
  const layers = scene.network.value.layers;
  const output = layers[hiddenLayers(scene.network.value).length];
  return output.kind === "dense" && output.activation !== "identity" ? `the pre-activation of ${name}` : name;
}

function aboutOne(scene: Scene, of: Shown, node: number): string {
  const name = `Node ${node + 1}${of.last ? "" : ` of layer ${of.layer + 1}`}`;
  if (scene.silent.value.has(`${of.layer}.${node}`)) return `${name} is switched off; dashed: what it would do`;
  const { now, kept } = sharesOf(scene).value;
  if (!of.last || !now.length) return name;
  const then = kept.length ? `, ${percent(kept[node])} in the kept network` : "";
  return `${name}: share ${percent(now[node])} here${then}`;
}
