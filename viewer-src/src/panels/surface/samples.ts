// The samples in the space of a surface: dots at their target, with stems to the surface.

import { scaleColour } from "../../draw/scale.ts";
import type { Range } from "../../draw/ticks.ts";
import { columns, outputOf, type Scene } from "../../state/scene.ts";
import { classPlaces, codes, PARTS, placeColour, type Part } from "../plane/samples.ts";
import { placeX, placeY, placeZ, type Space } from "./box.ts";
import { hidden } from "./painter.ts";
import { HALF } from "./projection.ts";
import type { Height } from "./height.ts";

export interface Dot {
  x: number;
  y: number;
  /** Heights in the box: of the target and of the surface there. */
  z: number;
  foot: number;
  colour: string;
  hollow: boolean;
  /** Whether the surface lies before it. */
  hidden: boolean;
}

const MOST = 600; // dots; of more an even choice
const LOOK = HALF / 40;
const ABOVE = 0.02; // so near to the surface a dot lies on it and is seen

/** The samples within the visible plane; `at` is the surface's own number at two features. */
export function dotsOf(scene: Scene, space: Space, height: Height, at: (x: number, y: number) => number): Dot[] {
  const found: Dot[] = [];
  const [first, second] = scene.view.along.value;
  const across = (share: number, [low, high]: Range) => low + ((share + HALF) / (2 * HALF)) * (high - low);
  const surface = (x: number, y: number) => placeZ(space, at(across(x, space.x), across(y, space.y)));
  for (const part of PARTS) {
    const inputs = columns(scene.doc, `${part}.inputs`);
    const value = valueOf(scene, height, part);
    if (!inputs[first] || !value) continue;
    const step = Math.ceil(inputs[first].length / MOST);
    for (let i = 0; i < inputs[first].length; i += step) {
      const [x, y] = [placeX(space, inputs[first][i]), placeY(space, inputs[second][i])];
      if (!(Math.abs(x) <= HALF && Math.abs(y) <= HALF)) continue;
      const foot = surface(x, y);
      const { number, colour } = value(i);
      const z = number === null ? foot : placeZ(space, number);
      const lifted = Math.abs(z - foot) < ABOVE ? foot + ABOVE : z;
      const behind = hidden([x, y, lifted], surface, HALF, space.projection.toward, LOOK);
      found.push({ x, y, z, foot, colour, hollow: part === "held_out", hidden: behind });
    }
  }
  return found;
}

interface Value {
  /** Null for a sample that has no height of its own: it lies on the surface. */
  number: number | null;
  colour: string;
}

function valueOf(scene: Scene, height: Height, part: Part): ((i: number) => Value) | null {
  if (height.kind === "node") return null;
  const output = outputOf(scene);
  if (scene.classifier) {
    const truth = codes(scene, part);
    const kinds = classPlaces(scene);
    if (truth.length === 0) return null;
    const single = scene.doc.network.output_names.length === 1;
    const [low, high] = height.range;
    return (i) => {
      const is = truth[i] === (single ? 1 : output);
      return { number: height.kind === "logit" ? null : is ? high : low, colour: placeColour(kinds[truth[i]] ?? -1) };
    };
  }
  const targets = columns(scene.doc, `${part}.targets`)[output];
  return targets ? (i) => ({ number: targets[i], colour: scaleColour(targets[i], height.range) }) : null;
}

