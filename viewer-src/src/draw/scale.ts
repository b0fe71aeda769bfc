// From numbers to colours: viridis, which grows evenly lighter and is read alike by the colour-blind.
// S. van der Walt, N. Smith: "A Better Default Colormap for Matplotlib", SciPy 2015.

import { channels } from "./theme.ts";
import type { Range } from "./ticks.ts";

// Viridis at every tenth; between them straight lines, at most 3 of 255 away from it.
const ANCHORS = [
  "#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725",
].map(channels);

const STEPS = 256;

/** Red, green and blue, one colour after the other, from the lowest to the highest. */
export const SCALE: Uint8ClampedArray = Uint8ClampedArray.from({ length: 3 * STEPS }, (_, at) => {
  const place = (Math.floor(at / 3) / (STEPS - 1)) * (ANCHORS.length - 1);
  const below = Math.min(ANCHORS.length - 2, Math.floor(place));
  const channel = at % 3;
  return ANCHORS[below][channel] + (place - below) * (ANCHORS[below + 1][channel] - ANCHORS[below][channel]);
});

/** The place of a number on the scale, 0 to 255; numbers outside the range have the colours of its ends. */
export function step(value: number, [low, high]: Range): number {
  const part = (value - low) / (high - low);
  return part > 0 ? Math.min(STEPS - 1, Math.round(part * (STEPS - 1))) : 0;
}

/** The colour of a number as "rgb(…)", darkened to a share of its light. */
export function scaleColour(value: number, range: Range, light = 1): string {
  const at = 3 * step(value, range);
  const part = (channel: number) => Math.round(SCALE[at + channel] * light);
  return `rgb(${part(0)},${part(1)},${part(2)})`;
}
