// How finely a plane is computed: as finely as there is time for.

import { gridOf, type Grid } from "./grid.ts";
import type { Scene } from "./scene.ts";
import { stillOf } from "./still.ts";

// Each is 40 times a whole number, and one more: the surface draws 40 by 40 of the cells of any of them.
const COUNTS = [161, 121, 81, 41] as const;
const MOVING = 4e6; // products: some 6 ms in one frame, which leaves time to draw
const STANDING = 7e7; // some 100 ms, once

/** Points along either side of a grid for a network of that many parameters. */
export function pointsFor(parameters: number, still: boolean): number {
  const most = still ? STANDING : MOVING;
  const least = COUNTS[COUNTS.length - 1];
  return COUNTS.find((count) => (still || count <= 81) && count * count * parameters <= most) ?? least;
}

/** The network over the visible plane: coarse while something moves, finer when it stands still. */
export function planeOf(scene: Scene): Grid {
  return gridOf(scene, pointsFor(scene.doc.network.parameters, stillOf(scene).value)).value;
}
