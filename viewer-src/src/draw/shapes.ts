// Marks of samples: one shape per class, so that colour alone tells nothing. All marks of a class are one path.

import type { Fill, Pen, Stroke } from "./pen.ts";

const turned = (corners: number, from: number, radius: number) =>
  Array.from({ length: corners }, (_, i) => {
    const angle = from + (2 * Math.PI * i) / corners;
    return [radius * Math.sin(angle), -radius * Math.cos(angle)] as const;
  });

// Corners for a radius of 1, the areas near that of the circle.
const SHAPES: readonly (readonly (readonly [number, number])[])[] = [
  [], // the circle
  turned(4, Math.PI / 4, 1.25),
  turned(3, 0, 1.5),
  turned(4, 0, 1.35),
  turned(3, Math.PI, 1.5),
  turned(5, 0, 1.25),
];

/** Draw marks of a class at some places; a place that is not finite is left out. */
export function drawMarks(
  pen: Pen, kind: number, xs: ArrayLike<number>, ys: ArrayLike<number>, radius: number, fill: Fill, edge?: Stroke,
): void {
  const corners = SHAPES[kind % SHAPES.length];
  if (corners.length === 0) {
    pen.dots(xs, ys, radius, fill, edge);
    return;
  }
  const per = corners.length + 2; // closed, and a break
  const outX = new Float64Array(xs.length * per).fill(Number.NaN);
  const outY = new Float64Array(xs.length * per).fill(Number.NaN);
  for (let i = 0; i < xs.length; i++) {
    for (let k = 0; k <= corners.length; k++) {
      const [x, y] = corners[k % corners.length];
      outX[i * per + k] = xs[i] + radius * x;
      outY[i * per + k] = ys[i] + radius * y;
    }
  }
  pen.area(outX, outY, fill, edge);
}
