// Picking a node, which lights it up everywhere.

import type { Scene } from "./scene.ts";

/** Pick a node, or let go of the one that is picked. */
export function pick(scene: Scene, key: string): void {
  scene.view.node.value = scene.view.node.value === key ? null : key;
}
