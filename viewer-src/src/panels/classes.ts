// A classifier along one feature: what its outputs are, which class that is, and where it changes.

import { apart, nice, within } from "../core/numbers.ts";
import { drawAxes, frame, mapped, named, type Box, type Frame, type Size } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import { drawMarks } from "../draw/shapes.ts";
import type { Theme } from "../draw/theme.ts";
import { widened, type Range } from "../draw/ticks.ts";
import { isPlane } from "../state/grid.ts";
import { columns, type Scene } from "../state/scene.ts";
import { drawCursor, shadeRange } from "./along.ts";
import { drawKnotTicks, knotKey, knotRow, saidOfKnots } from "./knots.ts";
import type { Panel } from "./panel.ts";
import { othersAt } from "./plane/axes.ts";
import { decide, outputRange, type Decision } from "./plane/decision.ts";
import { belowLegend, drawLegend } from "./plane/legend.ts";
import { countWrong, drawRings } from "./plane/marks.ts";
import { drawReadOut, type Row } from "./plane/read_out.ts";
import { classNames, classPlaces, codes, PARTS, placeColour, saidOf, threshold, type Part } from "./plane/samples.ts";
import { runs, winners, type Run } from "./plane/runs.ts";
import { zoomKey, zoomPointer } from "./zoom.ts";

const STRIP = 12;
const ROW = 9; // CSS pixels of a row of samples
const APART = 16; // CSS pixels between two crossings' numbers
const MOST_NUMBERS = 24;

export const classes: Panel = {
  id: "classes",
  title: "The classes",
  place: "left",
  applies: (scene) => scene.classifier && !isPlane(scene),
  height: (width) => Math.round(Math.max(290, Math.min(440, width * 0.6))),
  draw(pen, size, scene, theme) {
    const layout = layoutOf(size, scene);
    const { axes, least } = layout;
    const feature = scene.view.along.value[0];
    const info = scene.doc.network;
    const decision = decisionOf(scene);
    const found = runs(scene.curve.value.x, decision);
    shadeRange(pen, axes, scene, feature, theme);
    drawAxes(pen, axes, theme, {
      x: named(info.feature_names[feature], info.feature_units[feature]),
      y: sideOf(scene),
      least,
    });
    const { x, y, width, height } = axes.box;
    pen.clip(x, y, width, height, () => {
      drawStrip(pen, layout, scene, found);
      for (const part of PARTS) drawTicks(pen, layout, scene, part, theme);
      drawOutputs(pen, axes, scene, decision, theme);
      drawCrossings(pen, axes, found, theme);
      drawCursor(pen, axes, scene, theme);
      drawNumbers(pen, layout, scene, theme);
    });
    drawKnotTicks(pen, axes, scene, theme);
    drawLegend(pen, size, scene, theme, countWrong(scene));
  },
  table(scene) {
    const { x, trace } = scene.curve.value;
    const names = classNames(scene);
    const { feature_names: features, output_names: outputs } = scene.doc.network;
    const said = winners(decisionOf(scene));
    return {
      columns: [features[scene.view.along.value[0]], ...outputs, "class"],
      rows: Array.from(x, (value, i) => [value, ...trace.output.map((output) => output[i]), names[said[i]]]),
    };
  },
  describe(scene) {
    const found = runs(scene.curve.value.x, decisionOf(scene));
    const names = classNames(scene);
    const said = found.slice(0, 12).map((run) => `${names[run.winner]} from ${apart(run.from, run.to).join(" to ")}`);
    return (
      `Along ${scene.doc.network.feature_names[scene.view.along.value[0]]}${othersAt(scene)} the class is ` +
      `${said.join(", ")}${found.length > said.length ? " and so on" : ""}, at step ${scene.step.value}. ` +
      `${saidOfKnots(scene)}Arrow keys move the cursor, with Shift the picture; plus and minus zoom, 0 goes back.`
    );
  },
  pointer: (event, size, scene) => zoomPointer(event, layoutOf(size, scene).axes, scene),
  key: (event, size, scene) => knotKey(event, scene) || zoomKey(event, layoutOf(size, scene).axes, scene),
  cursor: (event) => (event.held ? "grabbing" : "crosshair"),
};

interface Layout {
  axes: Frame;
  /** The smallest y that is a value; below it are the samples and the strip. */
  least: number;
  strip: Box;
  /** One row of samples per class that has a colour, and one for the others. */
  rows: readonly number[];
}

function layoutOf(size: Size, scene: Scene): Layout {
  const whole = belowLegend(size, scene);
  const row = knotRow(scene);
  const box = { ...whole, y: whole.y + row, height: whole.height - row };
  const [low, high] = scene.view.y.value ?? fittingY(scene);
  const rows = [...new Set(classPlaces(scene))].sort((a, b) => (a < 0 ? 1 : b < 0 ? -1 : a - b));
  const present = columns(scene.doc, "data.inputs").length > 0 ? rows : [];
  const taken = STRIP + 4 + ROW * present.length + (present.length ? 4 : 0);
  const perPixel = (high - low) / Math.max(20, box.height - taken);
  const axes = frame(box, scene.range.value, [low - taken * perPixel, high]);
  const strip = { x: box.x, y: box.y + box.height - STRIP, width: box.width, height: STRIP };
  return { axes, least: low, strip, rows: present };
}

/** All an output can be where that has ends; else what it is here. */
function fittingY(scene: Scene): Range {
  const { low, high } = outputRange(scene.network.value);
  if (Number.isFinite(high - low)) return [low - 0.03 * (high - low), high + 0.03 * (high - low)];
  const [least, most] = widened(scene.curve.value.trace.output.flatMap((values) => [...values]), 0);
  const limit = scene.curve.value.trace.output.length === 1 ? [threshold(scene)] : [];
  return widened([least, most, ...limit]);
}

function decisionOf(scene: Scene): Decision {
  return decide(scene.network.value, scene.curve.value.trace, threshold(scene));
}

function sideOf(scene: Scene): string {
  const { output_names: names, output_units: units, layers } = scene.doc.network;
  if (names.length === 1) return named(names[0], units[0]);
  return layers.at(-1)?.activation === "softmax" ? "probability" : "outputs";
}

function drawOutputs(pen: Pen, axes: Frame, scene: Scene, decision: Decision, theme: Theme): void {
  const { x, trace } = scene.curve.value;
  const xs = mapped(x, axes.toX);
  if (trace.output.length === 1) {
    const at = axes.toY(threshold(scene));
    pen.line([axes.box.x, axes.box.x + axes.box.width], [at, at], { colour: theme.limit, width: 1.4, dash: [5, 4] });
    pen.line(xs, mapped(trace.output[0], axes.toY), { colour: theme.ink, width: 2.2 });
    const words = { colour: theme.limit, size: 11, align: "right", baseline: "bottom" } as const;
    pen.text(`threshold ${nice(threshold(scene))}`, axes.box.x + axes.box.width - 6, at - 3, words);
    return;
  }
  const kinds = classPlaces(scene);
  const said = winners(decision);
  trace.output.forEach((values, code) => {
    const ys = mapped(values, axes.toY);
    const colour = placeColour(kinds[code]);
    pen.line(xs, ys, { colour, width: 1.4 });
    pen.line(xs, ys.map((value, i) => (said[i] === code ? value : Number.NaN)), { colour, width: 3.6 });
  });
}

function drawStrip(pen: Pen, { axes, strip }: Layout, scene: Scene, found: readonly Run[]): void {
  const kinds = classPlaces(scene);
  for (const run of found) {
    const left = axes.toX(run.from);
    const fill = { colour: placeColour(kinds[run.winner]), alpha: 0.85 };
    pen.rect(left, strip.y, axes.toX(run.to) - left, strip.height, fill);
  }
}

/** A sample is a tick in the row of its class; one held out a small mark; a ring where the network says another. */
function drawTicks(pen: Pen, { axes, strip, rows }: Layout, scene: Scene, part: Part, theme: Theme): void {
  const x = columns(scene.doc, `${part}.inputs`)[scene.view.along.value[0]];
  if (!x) return;
  const truth = codes(scene, part);
  const said = saidOf(scene, part);
  const kinds = classPlaces(scene);
  const wrong: { xs: number[]; ys: number[] } = { xs: [], ys: [] };
  rows.forEach((place, row) => {
    const y = strip.y - 4 - ROW * (rows.length - row - 0.5);
    const xs: number[] = [];
    for (let i = 0; i < x.length; i++) {
      if ((kinds[truth[i]] ?? -1) !== place || x[i] < axes.x[0] || x[i] > axes.x[1]) continue;
      const at = axes.toX(x[i]);
      xs.push(at);
      if (!said || said[i] === truth[i]) continue;
      wrong.xs.push(at);
      wrong.ys.push(y);
    }
    const colour = placeColour(place);
    if (part === "held_out") {
      const centre = xs.map(() => y);
      drawMarks(pen, Math.max(0, place), xs, centre, 2.6, { colour: theme.paper }, { colour, width: 1.5 });
      return;
    }
    const half = ROW / 2 - 0.8;
    const heights = xs.flatMap(() => [y - half, y + half, Number.NaN]);
    pen.line(xs.flatMap((at) => [at, at, Number.NaN]), heights, { colour, width: 1.3 });
  });
  drawRings(pen, wrong.xs, wrong.ys, 5, theme);
}

function drawCrossings(pen: Pen, axes: Frame, found: readonly Run[], theme: Theme): void {
  const { box } = axes;
  let last = -Infinity;
  found.slice(1).forEach(({ from }, i) => {
    const x = axes.toX(from);
    pen.line([x, x], [box.y, box.y + box.height], { colour: theme.ink, width: 1, dash: [1, 3] });
    if (x - last < APART || i >= MOST_NUMBERS || x - box.x < APART) return;
    last = x;
    const letters = { colour: theme.ink, size: 11, upright: true, align: "right", baseline: "bottom" } as const;
    const text = within(from, axes.x);
    const long = pen.measure(text, 11);
    pen.rect(x - 17, box.y + 22, 14, long + 6, { colour: theme.paper, alpha: 0.85 });
    pen.text(text, x - 3, box.y + 25, letters);
  });
}

function drawNumbers(pen: Pen, { axes, strip, rows }: Layout, scene: Scene, theme: Theme): void {
  const at = scene.view.cursor.value;
  if (at === null || at < axes.x[0] || at > axes.x[1]) return;
  const names = classNames(scene);
  const feature = scene.view.along.value[0];
  const point = Float64Array.from(scene.base.value);
  point[feature] = at;
  const trace = scene.at(point);
  const [winner] = winners(decide(scene.network.value, trace, threshold(scene)));
  const kinds = classPlaces(scene);
  const outputs = scene.doc.network.output_names.map((label, code): Row => ({
    label,
    value: nice(trace.output[code][0]),
    ...(trace.output.length > 1 ? { colour: placeColour(kinds[code]), bold: code === winner } : {}),
  }));
  const said = { label: "class", value: names[winner], colour: placeColour(kinds[winner]), bold: true };
  const place = { label: scene.doc.network.feature_names[feature], value: within(at, scene.dataRange(feature)) };
  const rowsOut = [said, ...outputs, place];
  const height = strip.y - axes.box.y - ROW * rows.length - 8;
  const box = { ...axes.box, height };
  drawReadOut(pen, box, axes.toX(at), axes.toY(trace.output[winner % trace.output.length][0]), rowsOut, theme);
}
