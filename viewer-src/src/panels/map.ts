// The output over two features as colours, with level lines; samples in the colour of their target.

import { apart, nice, within } from "../core/numbers.ts";
import { inside, mapped, named, type Box, type Frame, type Size } from "../draw/frame.ts";
import { levelLines, type Pieces } from "../draw/levels.ts";
import type { Pen } from "../draw/pen.ts";
import { scaleColour } from "../draw/scale.ts";
import type { Theme } from "../draw/theme.ts";
import { tickLabels, ticks, widened, type Range } from "../draw/ticks.ts";
import { isPlane, planeRanges } from "../state/grid.ts";
import { planeOf } from "../state/plane.ts";
import { columns, outputOf, type Scene } from "../state/scene.ts";
import { askAt, drawAsked } from "./asked.ts";
import type { Panel } from "./panel.ts";
import {
  drawDataBox, drawPlaneAxes, imageOf, keeper, othersAt, planeFrame, planeHeight, pointAt, samplePixels,
} from "./plane/axes.ts";
import { markRadius } from "./plane/marks.ts";
import { mapPixels } from "./plane/pixels.ts";
import { drawReadOut, type Row } from "./plane/read_out.ts";
import { PARTS, type Part } from "./plane/samples.ts";
import { cursorOf, planeKey, planePointer } from "./plane/zoom.ts";

const SIDE = 2;
const BAR = 66; // the colour bar with its numbers and its name
const NEAR = 14; // CSS pixels within which a sample is meant by the cursor
const ROWS = 21; // of the table along either feature

export const map: Panel = {
  id: "map",
  title: "The map",
  place: "left",
  applies: (scene) => !scene.classifier && isPlane(scene),
  height: planeHeight,
  draw(pen, size, scene, theme) {
    const axes = axesOf(size, scene);
    const { x, y, width, height } = axes.box;
    const output = outputOf(scene);
    const grid = planeOf(scene);
    const values = grid.trace.output[output];
    const range = colourRange(scene, output, values);
    const levels = ticks(range, 9);
    drawPlaneAxes(pen, axes, scene, theme);
    const wide = Math.max(20, Math.round(width / SIDE));
    const high = Math.max(20, Math.round(height / SIDE));
    const image = IMAGES(grid, `${wide} ${high} ${output} ${range}`, () =>
      imageOf(mapPixels(values, grid.x.length, wide, high, range)),
    );
    const lines = LINES(grid, `${output} ${range}`, () =>
      levels.map((level) => levelLines(values, grid.x, grid.y, level)));
    pen.clip(x, y, width, height, () => {
      pen.image(image, x, y, width, height);
      lines.forEach(({ xs, ys }, i) => {
        const colour = dim(levels[i], range) ? "#ffffff" : "#000000";
        const thick = levels[i] === 0 ? 1.8 : 0.9;
        pen.line(mapped(xs, axes.toX), mapped(ys, axes.toY), { colour, width: thick, alpha: 0.6 });
      });
      drawDataBox(pen, axes, scene, theme);
      for (const part of PARTS) drawTargets(pen, axes, scene, part, output, range);
      drawAsked(pen, scene, theme, () => samplePixels(scene, axes, "data"));
      drawCursor(pen, axes, scene, output, theme);
    });
    drawBar(pen, barOf(axes.box), scene, output, range, values, theme);
  },
  table(scene) {
    const grid = planeOf(scene);
    const output = outputOf(scene);
    const [first, second] = scene.view.along.value;
    const { feature_names: names, output_names: outputs } = scene.doc.network;
    const count = grid.x.length;
    const stride = (count - 1) / (ROWS - 1);
    const rows = Array.from({ length: ROWS * ROWS }, (_, at) => {
      const [i, j] = [(at % ROWS) * stride, Math.floor(at / ROWS) * stride];
      return [grid.x[i], grid.y[j], grid.trace.output[output][j * count + i]];
    });
    return { columns: [names[first], names[second], `network's ${outputs[output]}`], rows };
  },
  describe(scene) {
    const [x, y] = planeRanges(scene);
    const [first, second] = scene.view.along.value;
    const { feature_names: names, output_names: outputs } = scene.doc.network;
    const output = outputOf(scene);
    const [low, high] = widened(planeOf(scene).trace.output[output], 0);
    return (
      `The network's ${outputs[output]} over ${names[first]} from ${apart(...x).join(" to ")} and ${names[second]} ` +
      `from ${apart(...y).join(" to ")}${othersAt(scene)}: between ${nice(low)} and ${nice(high)}, at step ` +
      `${scene.step.value}. Arrow keys move the cursor, with Shift the picture; plus and minus zoom, 0 goes back.`
    );
  },
  pointer(event, size, scene) {
    const axes = axesOf(size, scene);
    return planePointer(event, axes, scene, () => {
      const samples = samplePixels(scene, axes, "data");
      if (samples) askAt(scene, event, samples);
    });
  },
  key: (event, size, scene) => planeKey(event, axesOf(size, scene), scene),
  cursor: (event) => (event.held ? "grabbing" : "crosshair"),
};

const IMAGES = keeper<ImageData>();
const LINES = keeper<Pieces[]>();

function axesOf(size: Size, scene: Scene): Frame {
  const box = inside(size);
  return planeFrame(size, scene, { ...box, width: Math.max(40, box.width - BAR) });
}

/** The range of the targets, so that a colour means the same at every step; without targets that of the values. */
export function colourRange(scene: Scene, output: number, values: Float64Array): Range {
  const known = PARTS.flatMap((part) => [...(columns(scene.doc, `${part}.targets`)[output] ?? [])]);
  return known.length > 1 ? widened(known) : widened(values);
}

/** Whether a colour is so dark that what lies on it must be light. */
function dim(value: number, [low, high]: Range): boolean {
  return value < low + 0.6 * (high - low);
}

function drawTargets(pen: Pen, axes: Frame, scene: Scene, part: Part, output: number, range: Range): void {
  const at = samplePixels(scene, axes, part);
  const targets = columns(scene.doc, `${part}.targets`)[output];
  if (!at || !targets) return;
  const radius = markRadius(targets.length, axes.box);
  // Samples of nearly the same colour are one path: some dozens of calls for thousands of samples.
  const groups = new Map<number, { xs: number[]; ys: number[]; value: number }>();
  for (let i = 0; i < targets.length; i++) {
    if (!Number.isFinite(at.xs[i])) continue;
    const place = Math.round((48 * (targets[i] - range[0])) / (range[1] - range[0]));
    let group = groups.get(place);
    if (!group) groups.set(place, (group = { xs: [], ys: [], value: targets[i] }));
    group.xs.push(at.xs[i]);
    group.ys.push(at.ys[i]);
  }
  for (const { xs, ys, value } of groups.values()) {
    // A light and a dark ring: one of them stands out from any colour around it.
    pen.dots(xs, ys, radius + 1.2, { colour: part === "data" ? "#ffffff" : "#e69f00" });
    pen.dots(xs, ys, radius, { colour: scaleColour(value, range) }, { colour: "#222222", width: 0.9 });
  }
}

function drawCursor(pen: Pen, axes: Frame, scene: Scene, output: number, theme: Theme): void {
  const cursor = cursorOf(scene, axes.x, axes.y);
  if (!cursor) return;
  const { feature_names: names, output_names: outputs } = scene.doc.network;
  const [first, second] = scene.view.along.value;
  const near = nearest(scene, axes, cursor);
  const place = near?.point ?? pointAt(scene, cursor);
  const value = scene.at(place).output[output][0];
  const sample: Row[] = [];
  if (near) {
    const target = columns(scene.doc, `${near.part}.targets`)[output]?.[near.index] ?? Number.NaN;
    const kind = near.part === "data" ? "sample" : "held out";
    sample.push({ label: `${kind} ${near.index + 1}`, value: nice(target) });
    sample.push({ label: "residual", value: nice(target - value), bold: true });
  }
  const rows = [
    { label: `network's ${outputs[output]}`, value: nice(value), bold: true },
    ...sample,
    { label: names[first], value: within(place[first], scene.dataRange(first)) },
    { label: names[second], value: within(place[second], scene.dataRange(second)) },
  ];
  drawReadOut(pen, axes.box, axes.toX(place[first]), axes.toY(place[second]), rows, theme);
}

/** The sample the cursor is at, with all of its features, if one is near. */
function nearest(scene: Scene, axes: Frame, [x, y]: readonly [number, number]) {
  let best: { part: Part; index: number } | null = null;
  let least = NEAR;
  for (const part of PARTS) {
    const at = samplePixels(scene, axes, part);
    for (let i = 0; at && i < at.xs.length; i++) {
      const distance = Math.hypot(at.xs[i] - axes.toX(x), at.ys[i] - axes.toY(y));
      if (distance < least) [best, least] = [{ part, index: i }, distance];
    }
  }
  if (!best) return null;
  const { part, index } = best;
  return { ...best, point: Float64Array.from(columns(scene.doc, `${part}.inputs`), (values) => values[index]) };
}

function barOf(box: Box): Box {
  return { x: box.x + box.width + 10, y: box.y + 8, width: 12, height: box.height - 16 };
}

/** The colours with numbers beside them; a triangle at an end beyond which there are values. */
function drawBar(
  pen: Pen, box: Box, scene: Scene, output: number, range: Range, values: Float64Array, theme: Theme,
): void {
  const parts = 64;
  for (let i = 0; i < parts; i++) {
    const value = range[1] - ((i + 0.5) / parts) * (range[1] - range[0]);
    const top = box.y + (i * box.height) / parts;
    pen.rect(box.x, top, box.width, box.height / parts + 0.7, { colour: scaleColour(value, range) });
  }
  const [low, high] = widened(values, 0);
  const right = box.x + box.width;
  const middle = box.x + box.width / 2;
  const bottom = box.y + box.height;
  const xs = [box.x, middle, right];
  if (high > range[1]) pen.area(xs, [box.y, box.y - 8, box.y], { colour: scaleColour(range[1], range) });
  if (low < range[0]) pen.area(xs, [bottom, bottom + 8, bottom], { colour: scaleColour(range[0], range) });
  const at = ticks(range, Math.max(2, box.height / 45));
  const { labels, behind } = tickLabels(at);
  at.forEach((value, i) => {
    const y = bottom - ((value - range[0]) / (range[1] - range[0])) * box.height;
    pen.line([right, right + 3], [y, y], { colour: theme.faint });
    const letters = { colour: theme.faint, size: 11, baseline: "middle", most: 30 } as const;
    pen.text(labels[i], right + 5, y, letters);
  });
  const { output_names: names, output_units: units } = scene.doc.network;
  const middled = { align: "center", baseline: "top" } as const;
  const letters = { colour: theme.ink, size: 12, upright: true, most: box.height, ...middled };
  pen.text(named(names[output], units[output]) + behind, right + 36, box.y + box.height / 2, letters);
}
