// The point at the cursor: where numbers are read off.

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Scene } from "./scene.ts";

const KNOWN = new WeakMap<Scene, ReadonlySignal<Float64Array>>();

/** The base point with the features the pictures run along as at the cursor; without a cursor as in the base point. */
export function pointOf(scene: Scene): ReadonlySignal<Float64Array> {
  let known = KNOWN.get(scene);
  if (!known) {
    known = computed(() => {
      const { along, cursor, cursorY } = scene.view;
      const point = Float64Array.from(scene.base.value);
      if (cursor.value !== null) point[along.value[0]] = cursor.value;
      if (cursorY.value !== null && along.value.length > 1) point[along.value[1]] = cursorY.value;
      return point;
    });
    KNOWN.set(scene, known);
  }
  return known;
}
