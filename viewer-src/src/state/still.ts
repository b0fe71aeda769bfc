// Whether the pictures stand still: while something moves they are computed coarsely.

import { effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Scene } from "./scene.ts";

const WAIT = 180; // milliseconds: longer than between two moves of a hand that is not done

const KNOWN = new WeakMap<Scene, Signal<boolean>>();

/** False from any change of the network or of what is seen of it until shortly after the last. */
export function stillOf(scene: Scene): ReadonlySignal<boolean> {
  const known = KNOWN.get(scene);
  if (known) return known;
  const still = signal(false);
  KNOWN.set(scene, still);
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    for (const read of [scene.network, scene.silent, scene.base, scene.view.x, scene.view.y, scene.view.along]) read.value;
    clearTimeout(timer);
    still.value = false;
    timer = setTimeout(() => (still.value = true), WAIT);
  });
  return still;
}

/** Compute everything of a scene finely: of one that is drawn for a file. */
export function holdStill(scene: Scene): void {
  KNOWN.set(scene, signal(true));
}
