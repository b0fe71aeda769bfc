// The three pictures of the starts. Good ones are blue, the others grey, the kept one black, the one shown orange.

import { drawAxes, frame, mapped, named, type Box, type Frame } from "../../draw/frame.ts";
import type { Pen, Stroke } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import { widened, type Range } from "../../draw/ticks.ts";
import { bundleOf, type Bundle } from "../../state/bundle.ts";
import { isPlane } from "../../state/grid.ts";
import { columns, outputOf, type Scene } from "../../state/scene.ts";
import { hoveredStart, shownStart, startsOf } from "../../state/starts.ts";
import { shadeRange } from "../along.ts";
import { drawLines, type Line } from "./lines.ts";
import { finals, lossCurves, type LossCurves } from "./losses.ts";

const ROOM = 0.5; // of the samples' range, beyond which curves leave the picture

export function drawBundle(pen: Pen, box: Box, scene: Scene, theme: Theme): void {
  const axes = bundleAxes(box, scene);
  const { feature_names, feature_units, output_names, output_units } = scene.doc.network;
  const [feature, output] = [scene.view.along.value[0], outputOf(scene)];
  shadeRange(pen, axes, scene, feature, theme);
  drawAxes(pen, axes, theme, {
    x: named(feature_names[feature], feature_units[feature]),
    y: named(output_names[output], output_units[output]),
  });
  const bundle = bundleOf(scene).value;
  if (!bundle) {
    pen.text("computing the curves …", box.x + 8, box.y + 16, { colour: theme.faint, size: 12 });
    return;
  }
  const lines = bundle.starts.map((start, i) => ({ start, values: bundle.curves[i] }));
  pen.clip(box.x, box.y, box.width, box.height, () => {
    drawSamples(pen, axes, scene, feature, output, theme);
    drawGroups(pen, axes, bundle.x, lines, scene, theme);
  });
}

export function drawLosses(pen: Pen, box: Box, scene: Scene, theme: Theme): void {
  const curves = lossCurves(scene.doc);
  if (!curves) return;
  const axes = lossAxes(box, curves);
  drawAxes(pen, axes, theme, { x: "step", y: "log₁₀ of the loss", whole: true });
  pen.clip(box.x, box.y, box.width, box.height, () => drawGroups(pen, axes, curves.steps, curves.lines, scene, theme));
}

export function drawRanks(pen: Pen, box: Box, scene: Scene, theme: Theme): void {
  const axes = rankAxes(box, scene);
  drawAxes(pen, axes, theme, { x: "starts by rising loss", y: "log₁₀, at the end", whole: true });
  const { order, good, best, rank } = startsOf(scene.doc);
  const values = finals(scene.doc);
  const x = Float64Array.from(order, (_, place) => place + 1);
  const dots = (those: (start: number, place: number) => boolean, colour: string, radius: number) => {
    const places = order.flatMap((start, place) => (those(start, place) ? [place] : []));
    // A start without a loss stands on the upper edge.
    const ys = places.map((place) => (Number.isFinite(values[place]) ? axes.toY(values[place]) : box.y + 5));
    pen.dots(places.map((place) => axes.toX(x[place])), ys, radius, { colour });
  };
  const lost = (place: number) => !Number.isFinite(values[place]);
  const small = order.length > 100 ? 1.8 : 3;
  dots((start, place) => !good.has(start) && !lost(place), theme.rest, small);
  dots((start, place) => good.has(start) && !lost(place), theme.truth, small);
  dots((_, place) => lost(place), theme.limit, small);
  dots((start) => start === best, theme.ink, 4);
  const shown = shownStart(scene);
  const hovered = hoveredStart(scene).value;
  if (shown !== best) dots((start) => start === shown, theme.limit, 5);
  if (hovered !== null) {
    const at = axes.toX(rank[hovered] + 1);
    pen.line([at, at], [box.y, box.y + box.height], { colour: theme.faint, dash: [2, 3] });
  }
  if (order.some((_, place) => lost(place))) {
    const letters = { colour: theme.limit, size: 11, align: "right", baseline: "top" } as const;
    pen.text("diverged", box.x + box.width - 4, box.y + 10, letters);
  }
}

function drawGroups(
  pen: Pen, axes: Frame, x: ArrayLike<number>, lines: readonly Line[], scene: Scene, theme: Theme,
): void {
  const { good, best } = startsOf(scene.doc);
  const [shown, hovered] = [shownStart(scene), hoveredStart(scene).value];
  const draw = (those: (start: number) => boolean, stroke: Stroke) =>
    drawLines(pen, axes, x, lines.filter(({ start }) => those(start)), stroke);
  draw((start) => !good.has(start), { colour: theme.rest, alpha: 0.75 });
  draw((start) => good.has(start), { colour: theme.truth, alpha: 0.75 });
  draw((start) => start === best, { colour: theme.ink, width: 2.4 });
  if (shown !== best) draw((start) => start === shown, { colour: theme.limit, width: 2.4 });
  if (hovered !== null && hovered !== shown) draw((start) => start === hovered, { colour: theme.heldOut, width: 2.4 });
}

export function bundleAxes(box: Box, scene: Scene): Frame {
  const own = isPlane(scene) ? null : scene.view.y.value;
  return frame(box, scene.range.value, own ?? fitting(scene, bundleOf(scene).value));
}

export function lossAxes(box: Box, curves: LossCurves): Frame {
  return frame(box, [0, Math.max(1, curves.steps[curves.steps.length - 1])], curves.range);
}

export function rankAxes(box: Box, scene: Scene): Frame {
  const values = finals(scene.doc);
  return frame(box, [0.3, values.length + 0.7], widened(values, 0.12));
}

/** A range that holds the samples, and of the curves as much as leaves them readable. */
function fitting(scene: Scene, bundle: Bundle | null): Range {
  const known = scene.classifier ? [] : (columns(scene.doc, "data.targets")[outputOf(scene)] ?? []);
  const curves = extremes(bundle?.curves ?? []);
  if (!known.length) return widened(curves);
  const [low, high] = widened(known, 0.1);
  const room = ROOM * (high - low);
  return [Math.max(low - room, Math.min(low, curves[0])), Math.min(high + room, Math.max(high, curves[1]))];
}

function extremes(curves: readonly Float64Array[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const curve of curves) {
    for (const value of curve) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

function drawSamples(pen: Pen, axes: Frame, scene: Scene, feature: number, output: number, theme: Theme): void {
  const x = columns(scene.doc, "data.inputs")[feature];
  const y = columns(scene.doc, "data.targets")[output];
  // Of more features the samples lie elsewhere than on this line.
  if (!x || !y || scene.classifier || scene.doc.network.feature_names.length > 1) return;
  const radius = x.length > 300 ? 1.4 : 2.6;
  const edge = { colour: theme.sampleEdge, width: 0.6 };
  pen.dots(mapped(x, axes.toX), mapped(y, axes.toY), radius, { colour: theme.sample }, edge);
}
