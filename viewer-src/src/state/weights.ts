// Changing single weights by hand, and switching nodes off; every picture follows.

import type { Dense } from "../core/network.ts";
import { weightName, weightOf } from "./edits.ts";
import type { Scene } from "./scene.ts";

/** Give a weight a number; the one it was trained to is no change. */
export function setWeight(scene: Scene, name: string, value: number): void {
  const trained = weightOf(scene.trained.peek(), name);
  if (trained === undefined || !Number.isFinite(value)) return;
  const { [name]: _, ...others } = scene.view.edits.peek();
  scene.view.edits.value = value === trained ? others : { ...others, [name]: value };
}

/** Put a weight back to what it was trained to. */
export function resetWeight(scene: Scene, name: string): void {
  const { [name]: _, ...others } = scene.view.edits.peek();
  scene.view.edits.value = others;
}

/** Switch a node, "layer.node", off, or on again. */
export function toggleNode(scene: Scene, node: string): void {
  const off = scene.view.off.peek();
  scene.view.off.value = off.includes(node) ? off.filter((other) => other !== node) : [...off, node];
}

/** How much a weight changes with a pixel of dragging or a key: a hundredth of its size, or of its layer's. */
export function stepOf(scene: Scene, name: string): number {
  const trained = Math.abs(weightOf(scene.trained.peek(), name) ?? 0);
  const [layer, , feature] = name.split(".");
  const { weight, bias } = scene.trained.peek().layers[Number(layer)] as Dense;
  const alike = feature === "b" ? bias : weight;
  let largest = 0;
  for (const value of alike) largest = Math.max(largest, Math.abs(value));
  return Math.max(trained, 0.25 * largest || 1) / 100;
}

/** The hidden node a weight is seen with: the one it goes into, or, of the output layer, the one it comes from. */
export function nodeOfWeight(scene: Scene, name: string): string | null {
  const [layer, node, feature] = name.split(".");
  const last = scene.trained.peek().layers.length - 1;
  if (Number(layer) < last) return `${layer}.${node}`;
  return feature === "b" || last === 0 ? null : `${last - 1}.${feature}`;
}

/** The name as the edits know it, feature -1 being the bias. */
export function nameAt(place: { layer: number; node: number; feature: number }): string {
  return weightName(place.layer, place.node, place.feature < 0 ? "b" : place.feature);
}

/** The number in a text, with the minus sign of either kind; undefined where there is no finite one. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim().replace("−", "-");
  const value = Number(plain);
  return plain !== "" && Number.isFinite(value) ? value : undefined;
}
