// Many lines in few paths, and which of them is nearest to a point.

import type { Frame } from "../../draw/frame.ts";
import type { Pen, Stroke } from "../../draw/pen.ts";

export interface Line {
  start: number;
  values: ArrayLike<number>;
}

/** Draw lines over the same places as one path, which is much faster than one by one. */
export function drawLines(pen: Pen, axes: Frame, x: ArrayLike<number>, lines: readonly Line[], stroke: Stroke): void {
  if (!lines.length) return;
  const each = x.length + 1;
  const xs = new Float64Array(lines.length * each).fill(Number.NaN);
  const ys = new Float64Array(lines.length * each).fill(Number.NaN);
  const pixels = Float64Array.from({ length: x.length }, (_, i) => axes.toX(x[i]));
  // Far outside the box a line is cut, so that no pixel is too large a number for a path.
  const [top, bottom] = [axes.box.y - 2000, axes.box.y + axes.box.height + 2000];
  lines.forEach(({ values }, line) => {
    for (let i = 0; i < x.length; i++) {
      xs[line * each + i] = pixels[i];
      ys[line * each + i] = Math.max(top, Math.min(bottom, axes.toY(values[i])));
    }
  });
  pen.line(xs, ys, stroke);
}

/** The line nearest above or below a point, at most `reach` away; null where there is none. */
export function nearest(
  axes: Frame, x: ArrayLike<number>, lines: readonly Line[], at: { x: number; y: number }, reach: number,
): number | null {
  if (!x.length) return null;
  const place = axes.fromX(at.x);
  let index = 0;
  while (index < x.length - 1 && x[index] < place) index += 1;
  const before = Math.max(0, index - 1);
  const part = index === before ? 0 : Math.max(0, Math.min(1, (place - x[before]) / (x[index] - x[before])));
  let found: number | null = null;
  let least = reach;
  for (const { start, values } of lines) {
    const distance = Math.abs(axes.toY(values[before] + part * (values[index] - values[before])) - at.y);
    if (distance > least) continue;
    least = distance;
    found = start;
  }
  return found;
}
