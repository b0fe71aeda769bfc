// What the nodes are asked about: a sample, or the place at the cursor.

import { computed, type ReadonlySignal } from "@preact/signals";
import { once } from "./once.ts";
import { pointOf } from "./point.ts";
import { columns, type Scene } from "./scene.ts";

export interface Asked {
  /** Which sample, or null at the cursor. */
  sample: number | null;
  point: Float64Array;
}

export const askedOf = once((scene: Scene): ReadonlySignal<Asked> => {
  const inputs = columns(scene.doc, "data.inputs");
  return computed(() => {
    const asked = scene.view.asked.value ?? scene.doc.data.telling ?? 0;
    if (asked === "cursor" || !(asked < (inputs[0]?.length ?? 0))) return { sample: null, point: pointOf(scene).value };
    return { sample: asked, point: Float64Array.from(inputs, (column) => column[asked]) };
  });
});

/** Ask about the sample that many places on, from the one asked about; from the last on to the first. */
export function askNext(scene: Scene, by: number): void {
  const count = columns(scene.doc, "data.inputs")[0]?.length ?? 0;
  if (!count) return;
  const at = askedOf(scene).value.sample ?? (by > 0 ? -1 : 0);
  scene.view.asked.value = (at + by + count) % count;
}
