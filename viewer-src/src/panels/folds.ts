// How nodes are told apart where they bend: their colours and their numbers, and where there is room for these.

import { nodeColour, type Theme } from "../draw/theme.ts";
import { hiddenLayers, type Scene } from "../state/scene.ts";

const MOST_NAMED = 2;

/** Nodes of the last hidden layer have the colour of their share; the others, and those of earlier layers, are grey. */
export function colourOf(scene: Scene, node: string, theme: Theme): string {
  const [layer, index] = node.split(".").map(Number);
  const last = hiddenLayers(scene.network.value).length - 1;
  const colour = layer === last ? nodeColour(scene.order.value.indexOf(index), theme) : theme.rest;
  return colour === theme.rest ? theme.faint : colour;
}

/** "3" of node 3, "2.3" of node 3 of layer 2 if there are more layers; "out" of an output. */
export function numberOf(scene: Scene, node: string): string {
  const [layer, index] = node.split(".").map(Number);
  const layers = hiddenLayers(scene.network.value).length;
  if (layer >= layers) return "out";
  return layers > 1 ? `${layer + 1}.${index + 1}` : `${index + 1}`;
}

/** "1, 4 +2", or all of them where there is room. */
export function numbersOf(scene: Scene, nodes: readonly string[], most = MOST_NAMED): string {
  const more = nodes.length > most ? ` +${nodes.length - most}` : "";
  return nodes.slice(0, most).map((node) => numberOf(scene, node)).join(", ") + more;
}

export interface Word {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Which of some words to write, the first ones first, so that none lies on another. */
export function apartFrom<T extends Word>(words: readonly T[], gap: number): T[] {
  const kept: T[] = [];
  for (const word of words) {
    const free = kept.every((other) =>
      Math.abs(other.x - word.x) >= (other.width + word.width) / 2 + gap ||
      Math.abs(other.y - word.y) >= (other.height + word.height) / 2);
    if (free) kept.push(word);
  }
  return kept;
}

/** The node before or behind the one that is picked; the first without one. */
export function stepNode(nodes: readonly string[], picked: string | null, by: number): string | null {
  if (!nodes.length) return null;
  const at = picked === null ? -1 : nodes.indexOf(picked);
  if (at < 0) return nodes[by > 0 ? 0 : nodes.length - 1];
  return nodes[(at + by + nodes.length) % nodes.length];
}
