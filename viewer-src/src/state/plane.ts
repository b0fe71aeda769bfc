// How finely a plane is computed: as finely as there is time for.

import { gridOf, type Grid } from "./grid.ts";
import type { Scene } from "./scene.ts";
import { stillOf } from "./still.ts";

// Each is 40 times a whole number, and one more: the surface draws 40 by 40 of the cells of any of them.
const COUNTS = [161, 121, 81, 41] as const;
const COARSE = 81; // enough while something moves
const MOVING = 4e6; // products: some 6 ms in one frame, which leaves time to draw
const STANDING = 7e7; // some 100 ms, once
const MOVIE = 3e7; // some 40 ms, many times, while the page still answers

/** Points along either side of a grid of a network of that many parameters, for so many products. */
export function pointsFor(parameters: number, products: number): number {
  const least = COUNTS[COUNTS.length - 1];
  return COUNTS.find((count) => count * count * parameters <= products) ?? least;
}

const MOVIES = new WeakSet<Scene>();

/** Compute the planes of a scene always as finely as for a movie. */
export function forMovie(scene: Scene): void {
  MOVIES.add(scene);
}

/** Whether a scene is drawn finely now. */
export function isFine(scene: Scene): boolean {
  return MOVIES.has(scene) || stillOf(scene).value;
}

/** The network over the visible plane: coarse while something moves, finer when it stands still. */
export function planeOf(scene: Scene): Grid {
  const { parameters } = scene.doc.network;
  const products = MOVIES.has(scene) ? MOVIE : stillOf(scene).value ? STANDING : MOVING;
  return gridOf(scene, Math.min(products === MOVING ? COARSE : Infinity, pointsFor(parameters, products))).value;
}
