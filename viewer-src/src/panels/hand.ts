// What gestures have in common: what a pointer holds, and how far a wheel zooms.

import { once } from "../state/once.ts";
import type { Scene } from "../state/scene.ts";
import type { Pointer } from "./panel.ts";

export interface Grip<T> {
  /** Where it was pressed, and what was there then. */
  x: number;
  y: number;
  from: T;
  /** Whether it has moved since, and so is no click. */
  moved: boolean;
}

const CLICK = 3; // CSS pixels that a hand moves without meaning to
const WHEEL = 0.0015;

/** The grips of one kind of gesture: one for each scene, because a page may show several. */
export function grips<T>() {
  const hands = once((_: Scene): { grip: Grip<T> | null } => ({ grip: null }));
  return {
    press(scene: Scene, { x, y }: Pointer, from: T): void {
      hands(scene).grip = { x, y, from, moved: false };
    },
    /** What is held while a pointer moves; null where nothing is. */
    held(scene: Scene, { x, y, held }: Pointer): Grip<T> | null {
      const { grip } = hands(scene);
      if (!grip || !held) return null;
      if (Math.hypot(x - grip.x, y - grip.y) > CLICK) grip.moved = true;
      return grip;
    },
    /** Let go, and return what was held. */
    release(scene: Scene): Grip<T> | null {
      const { grip } = hands(scene);
      hands(scene).grip = null;
      return grip;
    },
  };
}

/** How many times as much a turn of the wheel shows. */
export function wheelFactor({ turn }: Pointer): number {
  return Math.exp(turn * WHEEL);
}
