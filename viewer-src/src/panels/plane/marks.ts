// Samples of classes in a picture: shape and colour of their class, hollow if held out, a ring where the network errs.

import type { Size } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import { drawMarks } from "../../draw/shapes.ts";
import type { Theme } from "../../draw/theme.ts";
import type { Scene } from "../../state/scene.ts";
import { classPlaces, codes, PARTS, placeColour, saidOf, type Part } from "./samples.ts";

export interface Places {
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
}

const MANY = 150; // rings
const USUAL = 200_000; // square CSS pixels of a picture

/** A radius at which that many samples leave something to be seen of a picture. */
export function markRadius(samples: number, { width, height }: Size): number {
  const crowd = (samples * USUAL) / (width * height);
  return crowd > 1500 ? 1.7 : crowd > 500 ? 2.2 : crowd > 200 ? 3 : 3.6;
}

/** Draw the samples of both parts at the pixels `places` gives. */
export function drawSamples(
  pen: Pen, scene: Scene, theme: Theme, size: Size, places: (part: Part) => Places | null,
): void {
  const kinds = classPlaces(scene);
  const rim = theme.dark ? theme.ink : theme.paper;
  for (const part of PARTS) {
    const at = places(part);
    const truth = codes(scene, part);
    if (!at || truth.length === 0) continue;
    const radius = markRadius(truth.length, size);
    const hollow = part === "held_out";
    const thin = radius < 3;
    for (const place of new Set([...kinds, -1])) {
      const colour = placeColour(place);
      const { xs, ys } = picked(at, (i) => (kinds[truth[i]] ?? -1) === place);
      if (xs.length === 0) continue;
      const edge = hollow ? { colour, width: thin ? 1.1 : 1.8 } : { colour: rim, width: thin ? 0.4 : 0.8 };
      drawMarks(pen, Math.max(0, place), xs, ys, radius, { colour: hollow ? theme.paper : colour }, edge);
    }
    const said = saidOf(scene, part);
    if (!said) continue;
    const wrong = picked(at, (i) => said[i] !== truth[i]);
    // Many rings are small and thin, or they hide what they are around.
    const many = wrong.xs.length > MANY;
    drawRings(pen, wrong.xs, wrong.ys, radius + (many ? 0.9 : 3), theme, many ? 0.7 : 1.4);
  }
}

/** How many samples the network puts into another class than their label; null while that is not known. */
export function countWrong(scene: Scene): number | null {
  let wrong = 0;
  for (const part of PARTS) {
    const truth = codes(scene, part);
    const said = saidOf(scene, part);
    if (truth.length > 0 && !said) return null;
    for (let i = 0; i < truth.length; i++) if (said && said[i] !== truth[i]) wrong += 1;
  }
  return wrong;
}

const CORNERS = 20;

/** Circles that are not filled, as one line. */
export function drawRings(
  pen: Pen, xs: ArrayLike<number>, ys: ArrayLike<number>, radius: number, theme: Theme, width = 1.4,
): void {
  const per = CORNERS + 2;
  const outX = new Float64Array(xs.length * per).fill(Number.NaN);
  const outY = new Float64Array(xs.length * per).fill(Number.NaN);
  for (let i = 0; i < xs.length; i++) {
    for (let k = 0; k <= CORNERS; k++) {
      outX[i * per + k] = xs[i] + radius * Math.cos((2 * Math.PI * k) / CORNERS);
      outY[i * per + k] = ys[i] + radius * Math.sin((2 * Math.PI * k) / CORNERS);
    }
  }
  pen.line(outX, outY, { colour: theme.ink, width });
}

function picked({ xs, ys }: Places, wanted: (i: number) => boolean): { xs: number[]; ys: number[] } {
  const found: { xs: number[]; ys: number[] } = { xs: [], ys: [] };
  for (let i = 0; i < xs.length; i++) {
    if (!wanted(i) || !Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) continue;
    found.xs.push(xs[i]);
    found.ys.push(ys[i]);
  }
  return found;
}
