// How similar an input is to a node's row: the cosine; where the layer reads one number, the dot product.

import { frame, type Box, type Frame } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import { ticks, widened } from "../../draw/ticks.ts";
import { rememberedOf, type Remembered } from "../../state/memories.ts";
import type { Scene } from "../../state/scene.ts";
import type { Line } from "./rows.ts";

const BAR = 13; // CSS pixels
const MARK = 17;

export interface Axes extends Frame {
  /** Numbers on the axis. */
  at: readonly number[];
}

export function similarityAxes(box: Box, scene: Scene, lines: readonly Line[]): Axes {
  const found = rememberedOf(scene).value;
  if (!found.single) return { ...frame(box, [-1, 1], [0, 1]), at: [-1, 0, 1] };
  const shown = lines.flatMap(({ node }) => (node === null ? [] : [found.dot[node], found.threshold[node]]));
  const axes = frame(box, widened([0, ...shown]), [0, 1]);
  return { ...axes, at: ticks(axes.x, Math.max(2, box.width / 60)) };
}

/** A bar from 0, and a mark at the similarity at which the pre-activation is 0. */
export function drawSimilarity(
  pen: Pen, axes: Frame, found: Remembered, node: number, y: number, look: { colour: string; alpha: number },
  theme: Theme,
): void {
  const per = found.single ? 1 : found.rowLength[node] * found.inputLength;
  const value = found.single ? found.dot[node] : found.cosine[node];
  const [zero, end] = [axes.toX(0), axes.toX(value)];
  pen.rect(Math.min(zero, end), y - BAR / 2, Math.max(1, Math.abs(end - zero)), BAR, look);
  const limit = found.threshold[node] / per;
  if (!(limit >= axes.x[0] && limit <= axes.x[1])) return;
  const x = axes.toX(limit);
  pen.line([x, x], [y - MARK / 2, y + MARK / 2], { colour: theme.ink, width: 2 });
}
