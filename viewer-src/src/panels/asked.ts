// The sample that is asked about, in pictures that show the samples: a ring around it, and a click that asks about one.

import type { Pen } from "../draw/pen.ts";
import type { Theme } from "../draw/theme.ts";
import { askedOf } from "../state/asked.ts";
import type { Scene } from "../state/scene.ts";

const NEAR = 9; // CSS pixels within which a click means a sample

interface Places {
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
}

/** Ask about the sample at a pixel, if there is one. */
export function askAt(scene: Scene, { x, y }: { x: number; y: number }, { xs, ys }: Places): void {
  let least = NEAR;
  for (let i = 0; i < xs.length; i++) {
    const distance = Math.hypot(xs[i] - x, ys[i] - y);
    if (distance < least) [least, scene.view.asked.value] = [distance, i];
  }
}

/** A ring around the sample that somebody has asked about. */
export function drawAsked(pen: Pen, scene: Scene, theme: Theme, samples: () => Places | null): void {
  const { sample } = askedOf(scene).value;
  if (sample === null || scene.view.asked.value === null) return;
  const found = samples();
  const [x, y] = [found?.xs[sample] ?? Number.NaN, found?.ys[sample] ?? Number.NaN];
  const clear = { colour: theme.paper, alpha: 0 };
  pen.dots([x], [y], 8, clear, { colour: theme.paper, width: 4 });
  pen.dots([x], [y], 8, clear, { colour: theme.ink, width: 2 });
}
