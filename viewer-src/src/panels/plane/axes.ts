// The axes of a plane of two features, and what pictures over it share.

import { drawAxes, frame, inside, named, type Box, type Frame, type Size } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import type { Range } from "../../draw/ticks.ts";
import { planeRanges, type Grid } from "../../state/grid.ts";
import type { Scene } from "../../state/scene.ts";
import { columns } from "../../state/scene.ts";
import type { Pixels } from "./pixels.ts";
import type { Part } from "./samples.ts";

export function planeHeight(width: number): number {
  return Math.round(Math.max(300, Math.min(470, width * 0.75)));
}

export function planeFrame(size: Size, scene: Scene, box: Box = inside(size)): Frame {
  const [x, y] = planeRanges(scene);
  return frame(box, x, y);
}

export function drawPlaneAxes(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  const [first, second] = scene.view.along.value;
  const { feature_names: names, feature_units: units } = scene.doc.network;
  drawAxes(pen, axes, theme, { x: named(names[first], units[first]), y: named(names[second], units[second]) });
}

/** The range of the data as a dashed box. */
export function drawDataBox(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  if (columns(scene.doc, "data.inputs").length === 0) return;
  const [first, second] = scene.view.along.value;
  const [left, right] = scene.dataRange(first).map(axes.toX);
  const [bottom, top] = scene.dataRange(second).map(axes.toY);
  const xs = [left, right, right, left, left];
  pen.line(xs, [bottom, bottom, top, top, bottom], { colour: theme.ink, dash: [4, 4], alpha: 0.55 });
}

/** Pixels of the samples of one part. */
export function samplePixels(scene: Scene, axes: Frame, part: Part): { xs: Float64Array; ys: Float64Array } | null {
  const inputs = columns(scene.doc, `${part}.inputs`);
  const [first, second] = scene.view.along.value;
  if (!inputs[first] || !inputs[second]) return null;
  const near = 20; // marks at the edge reach into the picture
  const { box } = axes;
  const xs = inputs[first].map(axes.toX);
  const ys = inputs[second].map(axes.toY);
  for (let i = 0; i < xs.length; i++) {
    const out = xs[i] < box.x - near || xs[i] > box.x + box.width + near;
    if (out || ys[i] < box.y - near || ys[i] > box.y + box.height + near) xs[i] = Number.NaN;
  }
  return { xs, ys };
}

/** The features' values at a place of the plane, the others as at the base point. */
export function pointAt(scene: Scene, [x, y]: readonly [number, number]): Float64Array {
  const point = Float64Array.from(scene.base.value);
  const [first, second] = scene.view.along.value;
  point[first] = x;
  point[second] = y;
  return point;
}

/** "" or ", the others at their mean" */
export function othersAt(scene: Scene): string {
  const features = scene.doc.network.feature_names;
  const { along, sample } = scene.view;
  if (features.length <= along.value.length) return "";
  return sample.value === null ? ", the others at their mean" : `, the others as of sample ${sample.value + 1}`;
}

export function rangeOf(values: Float64Array): Range {
  return [values[0], values[values.length - 1]];
}

export function imageOf(pixels: Pixels): ImageData {
  return new ImageData(pixels.data, pixels.width, pixels.height);
}

/** Whether to compute something of a grid again: it is kept for as long as the grid and `key` are the same. */
export function keeper<T>(): (grid: Grid, key: string, make: () => T) => T {
  const known = new WeakMap<Grid, { key: string; value: T }>();
  return (grid, key, make) => {
    const found = known.get(grid);
    if (found?.key === key) return found.value;
    const value = make();
    known.set(grid, { key, value });
    return value;
  };
}
