// Whether the pictures stand still: while something moves they are computed coarsely.

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { once } from "./once.ts";
import type { Scene } from "./scene.ts";

const WAIT = 180; // milliseconds: longer than between two moves of a hand that is not done

/** False from any change of the network or of what is seen of it until shortly after the last. */
export const stillOf = once((scene: Scene): ReadonlySignal<boolean> => {
  const still = signal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const { x, y, along } = scene.view;
  const stop = effect(() => {
    for (const read of [scene.network, scene.silent, scene.base, x, y, along]) void read.value;
    clearTimeout(timer);
    still.value = false;
    timer = setTimeout(() => (still.value = true), WAIT);
  });
  scene.atEnd(() => {
    stop();
    clearTimeout(timer);
  });
  return still;
});
