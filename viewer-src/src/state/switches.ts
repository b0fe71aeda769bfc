// Switching nodes off and on, and picking one.

import type { Scene } from "./scene.ts";

/** Switch a node ("layer.node") off, or on again. */
export function toggle(scene: Scene, key: string): void {
  const off = scene.view.off.value;
  scene.view.off.value = off.includes(key) ? off.filter((other) => other !== key) : [...off, key];
}

/** Pick a node, or let go of the one that is picked. */
export function pick(scene: Scene, key: string): void {
  scene.view.node.value = scene.view.node.value === key ? null : key;
}
