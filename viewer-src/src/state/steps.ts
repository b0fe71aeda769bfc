// Walking along the snapshots of a training.

import type { Scene } from "./scene.ts";

/** Show the snapshot nearest to a step. */
export function goToStep(scene: Scene, step: number): void {
  const steps = scene.doc.tensors.get("history.steps")?.data;
  if (!steps?.length) return;
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && step - steps[low - 1] < steps[low] - step) low -= 1;
  goToSnapshot(scene, low);
}

/** Show a snapshot by its index, clipped to those there are; the kept one leaves the address as it began. */
export function goToSnapshot(scene: Scene, index: number): void {
  const wanted = Math.max(0, Math.min(scene.snapshots - 1, Math.round(index)));
  scene.view.start.value = null;
  scene.view.snapshot.value = wanted === scene.doc.fit?.kept ? null : wanted;
}
