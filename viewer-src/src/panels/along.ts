// What pictures along one feature have in common: the range of the data, and the cursor.

import type { Frame } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import type { Theme } from "../draw/theme.ts";
import type { Scene } from "../state/scene.ts";

/** The range of the data, shaded. */
export function shadeRange(pen: Pen, axes: Frame, scene: Scene, feature: number, theme: Theme): void {
  const [low, high] = scene.dataRange(feature);
  const { box } = axes;
  const left = Math.max(box.x, axes.toX(low));
  const right = Math.min(box.x + box.width, axes.toX(high));
  if (right > left) pen.rect(left, box.y, right - left, box.height, { colour: theme.range });
}

/** The vertical line at the cursor. */
export function drawCursor(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  const at = scene.view.cursor.value;
  if (at === null || at < axes.x[0] || at > axes.x[1]) return;
  const x = axes.toX(at);
  const { box } = axes;
  pen.line([x, x], [box.y, box.y + box.height], { colour: theme.faint, dash: [2, 3] });
}
