// Whether the network is of straight lines alone, and how many pieces of it there is time for.

import { bends, straightLayers } from "../core/straight.ts";
import type { Dense } from "../core/network.ts";
import { once } from "./once.ts";
import { isFine } from "./plane.ts";
import type { Scene } from "./scene.ts";

const MOVING = 3e6; // products: some 6 ms in one frame
const STANDING = 1e8;
const FEW = 600;
const MANY = 3000; // more make a picture in which nothing is seen

/** Whether the network, or of a classifier its logits, is of straight lines with corners, whatever its weights. */
export const isBroken = once((scene: Scene): boolean => {
  const network = scene.network.peek();
  const layers = straightLayers(network, ...(scene.classifier ? [scene.logits.peek()] : []));
  return layers !== null && bends(layers);
});

/** Layers of straight lines with corners, of the network or of a classifier's logits; null where there are none. */
export function layersOf(scene: Scene): Dense[] | null {
  const network = scene.network.value;
  const layers = straightLayers(network, ...(scene.classifier ? [scene.logits.value] : []));
  return layers && bends(layers) ? layers : null;
}

/** The most pieces or regions to compute now. */
export function mostPieces(scene: Scene): number {
  const fine = isFine(scene);
  return Math.min(fine ? MANY : FEW, Math.ceil((fine ? STANDING : MOVING) / scene.doc.network.parameters));
}
