// The losses of the starts: over the steps, and at the end.

import type { Document } from "../../core/document.ts";
import { widened, type Range } from "../../draw/ticks.ts";
import { chosen } from "../../state/bundle.ts";
import { once } from "../../state/once.ts";
import { startsOf } from "../../state/starts.ts";
import type { Line } from "./lines.ts";

export interface LossCurves {
  steps: Float64Array;
  /** log₁₀ of the loss, by rising final loss. */
  lines: Line[];
  range: Range;
}

const MOST = 200; // curves
const POINTS = 120;

export function hasCurves(doc: Document): boolean {
  return (doc.tensors.get("starts.curves")?.shape[1] ?? 0) > 1;
}

export const lossCurves = once(read);

/** log₁₀ of the final losses, by rising loss. */
export function finals(doc: Document): Float64Array {
  const { order, losses } = startsOf(doc);
  return Float64Array.from(order, (start) => log(losses[start]));
}

function read(doc: Document): LossCurves | null {
  const curves = doc.tensors.get("starts.curves");
  const steps = doc.tensors.get("starts.curve_steps");
  if (!curves || !steps || !hasCurves(doc)) return null;
  const points = curves.shape[1];
  const picks = chosen(Array.from({ length: points }, (_, i) => i), POINTS);
  const lines = chosen(startsOf(doc).order, MOST).map((start) => ({
    start,
    values: Float64Array.from(picks, (pick) => log(curves.data[start * points + pick])),
  }));
  return { steps: Float64Array.from(picks, (pick) => steps.data[pick]), lines, range: rangeOf(lines) };
}

function rangeOf(lines: readonly Line[]): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of lines) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  }
  return low <= high ? widened([low, high]) : [-1, 1];
}

function log(loss: number): number {
  return loss > 0 && Number.isFinite(loss) ? Math.log10(loss) : Number.NaN;
}
