// The samples in the space of a surface: dots at their target, with stems to the surface.

import { scaleColour } from "../../draw/scale.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { outputOf } from "../fit.ts";
import { classPlaces, codes, PARTS, placeColour, type Part } from "../plane/samples.ts";
import { placeX, placeY, placeZ, type Space } from "./box.ts";
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
}

const MOST = 600; // dots; of more an even choice

/** The samples within the visible plane by the cell they stand on. */
export function dotsByCell(scene: Scene, space: Space, height: Height, cells: number, at: (x: number, y: number) => number): Map<number, Dot[]> {
  const found = new Map<number, Dot[]>();
  const [first, second] = scene.view.along.value;
  for (const part of PARTS) {
    const inputs = columns(scene.doc, `${part}.inputs`);
    const value = valueOf(scene, height, part);
    if (!inputs[first] || !value) continue;
    const step = Math.ceil(inputs[first].length / MOST);
    for (let i = 0; i < inputs[first].length; i += step) {
      const [x, y] = [placeX(space, inputs[first][i]), placeY(space, inputs[second][i])];
      if (!(Math.abs(x) <= HALF && Math.abs(y) <= HALF)) continue;
      const place = (at: number) => Math.min(cells - 1, Math.floor(((at + HALF) / (2 * HALF)) * cells));
      const cell = place(y) * cells + place(x);
      const foot = placeZ(space, at(inputs[first][i], inputs[second][i]));
      const { number, colour } = value(i);
      const dot = { x, y, z: number === null ? foot : placeZ(space, number), foot, colour, hollow: part === "held_out" };
      const there = found.get(cell);
      if (there) there.push(dot);
      else found.set(cell, [dot]);
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

