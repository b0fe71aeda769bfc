// The point at the cursor: where numbers are read off.

import { computed, type ReadonlySignal } from "@preact/signals";
import { once } from "./once.ts";
import type { Scene } from "./scene.ts";

/** The base point with the features the pictures run along as at the cursor; without a cursor as in the base point. */
export const pointOf = once((scene: Scene): ReadonlySignal<Float64Array> =>
  computed(() => {
    const { along, cursor, cursorY } = scene.view;
    const point = Float64Array.from(scene.base.value);
    if (cursor.value !== null) point[along.value[0]] = cursor.value;
    if (cursorY.value !== null && along.value.length > 1) point[along.value[1]] = cursorY.value;
    return point;
  }));
