// A pair of axes: from numbers to pixels and back, with grid, ticks and names.

import type { Pen } from "./pen.ts";
import type { Theme } from "./theme.ts";
import { tickLabels, ticks, type Range } from "./ticks.ts";

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

export interface Frame {
  box: Box;
  x: Range;
  y: Range;
  /** Pixels of a number, and the number of a pixel. */
  toX(value: number): number;
  toY(value: number): number;
  fromX(pixel: number): number;
  fromY(pixel: number): number;
}

export function frame(box: Box, x: Range, y: Range): Frame {
  const perX = box.width / (x[1] - x[0]);
  const perY = box.height / (y[1] - y[0]);
  return {
    box,
    x,
    y,
    toX: (value) => box.x + (value - x[0]) * perX,
    toY: (value) => box.y + (y[1] - value) * perY,
    fromX: (pixel) => x[0] + (pixel - box.x) / perX,
    fromY: (pixel) => y[1] - (pixel - box.y) / perY,
  };
}

/** The box inside a picture that leaves room for ticks and names. */
export function inside(size: Size, names = true): Box {
  const left = names ? 66 : 50;
  const bottom = names ? 40 : 22;
  const width = Math.max(40, size.width - left - 14);
  return { x: left, y: 10, width, height: Math.max(40, size.height - bottom - 10) };
}

/** Map many numbers at once; `out` may be given to be filled again. */
export function mapped(values: ArrayLike<number>, to: (value: number) => number, out?: Float64Array): Float64Array {
  const pixels = out ?? new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) pixels[i] = to(values[i]);
  return pixels;
}

export interface AxisNames {
  x?: string;
  y?: string;
  /** Whether x is a count, with whole numbers at its ticks. */
  whole?: boolean;
  /** Numbers of y stand from here upwards only; below it the picture has something else. */
  least?: number;
}

export function drawAxes(pen: Pen, axes: Frame, theme: Theme, names: AxisNames = {}): void {
  const { box } = axes;
  const xs = ticks(axes.x, Math.max(2, box.width / 90), names.whole ? 1 : 0);
  const ys = ticks(axes.y, Math.max(2, box.height / 45));
  const alongX = tickLabels(xs);
  const alongY = tickLabels(ys);
  xs.forEach((value, i) => {
    const at = Math.round(axes.toX(value)) + 0.5;
    pen.line([at, at], [box.y, box.y + box.height], { colour: theme.grid });
    const letters = { colour: theme.faint, size: 11, align: "center", baseline: "top" } as const;
    pen.text(alongX.labels[i], at, box.y + box.height + 5, letters);
  });
  ys.forEach((value, i) => {
    if (value < (names.least ?? -Infinity)) return;
    const at = Math.round(axes.toY(value)) + 0.5;
    pen.line([box.x, box.x + box.width], [at, at], { colour: theme.grid });
    const letters = { colour: theme.faint, size: 11, align: "right", baseline: "middle", most: 46 } as const;
    pen.text(alongY.labels[i], box.x - 6, at, letters);
  });
  if (names.x || alongX.behind) {
    const at = { x: box.x + box.width / 2, y: box.y + box.height + 22 };
    const letters = { colour: theme.ink, size: 12, align: "center", baseline: "top", most: box.width } as const;
    pen.text(`${names.x ?? ""}${alongX.behind}`, at.x, at.y, letters);
  }
  if (names.y || alongY.behind) {
    const at = { x: Math.max(4, box.x - 62), y: box.y + box.height / 2 };
    const letters = { colour: theme.ink, size: 12, upright: true, most: box.height } as const;
    pen.text(`${names.y ?? ""}${alongY.behind}`, at.x, at.y, { ...letters, align: "center", baseline: "top" });
  }
}

/** The name of a feature or output with its unit. */
export function named(name: string, unit: string): string {
  return unit ? `${name} (${unit})` : name;
}
