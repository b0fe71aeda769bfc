// The fit: samples, true function, the network's curve, and what it does where there are no data.

import { ends, valueAt, type End } from "../core/ends.ts";
import { apart } from "../core/numbers.ts";
import { drawAxes, frame, inside, mapped, named, type Frame, type Size } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import type { Theme } from "../draw/theme.ts";
import { widened, type Range } from "../draw/ticks.ts";
import { columns, outputOf, type Scene } from "../state/scene.ts";
import { knotsOf } from "../state/knots.ts";
import { drawCursor, shadeRange } from "./along.ts";
import { askAt, drawAsked } from "./asked.ts";
import { numbersOf } from "./folds.ts";
import { drawKnotNumbers, drawKnots, knotAt, knotKey, knotPointer, knotRow, pickKnotAt, saidOfKnots } from "./knots.ts";
import { drawLit, litContribution } from "./lit.ts";
import type { Cell, Panel } from "./panel.ts";
import { zoomKey, zoomPointer } from "./zoom.ts";

const BENDS = "a node bends it";
const SHORT: Record<string, string> = { "true function": "truth", "where it goes": "limit" };
const LEGEND = 18; // CSS pixels above the picture
const ENOUGH = 1.5; // times the range of samples and truth: a curve that leaves it does not flatten the picture

export const fit: Panel = {
  id: "fit",
  title: "The fit",
  place: "left",
  applies: (scene) => !scene.classifier && scene.view.along.value.length === 1,
  height: (width) => Math.round(Math.max(260, Math.min(420, width * 0.56))),
  draw(pen, size, scene, theme) {
    const axes = axesOf(size, scene);
    const feature = scene.view.along.value[0];
    const info = scene.doc.network;
    const output = outputOf(scene);
    const found = endsOf(scene, feature);
    shadeRange(pen, axes, scene, feature, theme);
    drawAxes(pen, axes, theme, {
      x: named(info.feature_names[feature], info.feature_units[feature]),
      y: named(info.output_names[output], info.output_units[output]),
    });
    const { x, y, width, height } = axes.box;
    pen.clip(x, y, width, height, () => {
      drawTruth(pen, axes, scene, output, theme);
      drawSamples(pen, axes, scene, feature, output, theme);
      drawLit(pen, axes, scene, theme);
      const curve = scene.curve.value;
      const ys = mapped(curve.trace.output[output], axes.toY);
      pen.line(mapped(curve.x, axes.toX), ys, { colour: theme.ink, width: 2.2 });
      // Above the curve: where a network goes exactly along its line, the line would not be seen.
      drawEnds(pen, axes, scene, found, output, theme);
      drawKnots(pen, axes, scene, theme);
      drawCursor(pen, axes, scene, theme);
      drawAsked(pen, scene, theme, () => samplePixels(axes, scene, feature, output));
    });
    drawKnotNumbers(pen, axes, scene, theme);
    legend(pen, axes, scene, found !== null, theme);
  },
  table(scene) {
    const output = outputOf(scene);
    const { x, trace } = scene.curve.value;
    const name = scene.doc.network.feature_names[scene.view.along.value[0]];
    const columns = [name, `network's ${scene.doc.network.output_names[output]}`];
    const curve = Array.from(x, (value, i): Cell[] => [value, trace.output[output][i]]);
    const knots = knotsOf(scene).value ?? [];
    if (!knots.length) return { columns, rows: curve };
    const bent = knots.map(({ place, right, before, after, nodes }): Cell[] =>
      [place, right[output], numbersOf(scene, nodes, Infinity), before[output], after[output]]);
    return {
      columns: [...columns, "bends by node", "slope before", "slope after"],
      rows: [...bent, ...curve.map((row) => [...row, "", null, null])].sort((a, b) => Number(a[0]) - Number(b[0])),
    };
  },
  describe(scene) {
    const output = outputOf(scene);
    const info = scene.doc.network;
    const [low, high] = scene.range.value;
    const values = widened(scene.curve.value.trace.output[output], 0);
    return (
      `The network's ${info.output_names[output]} against ${info.feature_names[scene.view.along.value[0]]} from ` +
      `${apart(low, high).join(" to ")}: between ${apart(...values).join(" and ")}, at step ${scene.step.value}. ` +
      `${saidOfKnots(scene)}Arrow keys move the cursor, with Shift the picture; plus and minus zoom, 0 goes back.`
    );
  },
  pointer(event, size, scene) {
    const axes = axesOf(size, scene);
    const samples = samplePixels(axes, scene, scene.view.along.value[0], outputOf(scene));
    knotPointer(event, axes, scene);
    return zoomPointer(event, axes, scene, () => {
      if (!pickKnotAt(event, axes, scene) && samples) askAt(scene, event, samples);
    });
  },
  key: (event, size, scene) => knotKey(event, scene) || zoomKey(event, axesOf(size, scene), scene),
  cursor: (event, size, scene) =>
    event.held ? "grabbing" : knotAt(event, axesOf(size, scene), scene) ? "pointer" : "crosshair",
  steady(scene) {
    scene.view.y.value ??= fittingY(scene);
  },
};

function axesOf(size: Size, scene: Scene): Frame {
  const box = inside(size);
  const above = LEGEND + knotRow(scene);
  const below = { ...box, y: box.y + above, height: box.height - above };
  return frame(below, scene.range.value, scene.view.y.value ?? fittingY(scene));
}

/** A range that holds samples and truth, and of the network's curve as much as leaves them readable. */
function fittingY(scene: Scene): Range {
  const output = outputOf(scene);
  const known = columns(scene.doc, "data.targets")[output] ?? [];
  const curve = scene.curve.value.trace.output[output];
  if (known.length === 0) return widened(curve);
  const [low, high] = widened([...known, ...(columns(scene.doc, "truth.values")[output] ?? [])], 0.1);
  const room = ENOUGH * (high - low);
  const [least, most] = widened(curve, 0);
  const pad = 0.05 * (high - low);
  return [Math.max(low - room, Math.min(low, least - pad)), Math.min(high + room, Math.max(high, most + pad))];
}

function drawTruth(pen: Pen, axes: Frame, scene: Scene, output: number, theme: Theme): void {
  const x = columns(scene.doc, "truth.inputs");
  if (x.length !== 1) return;
  const y = columns(scene.doc, "truth.values")[output];
  pen.line(mapped(x[0], axes.toX), mapped(y, axes.toY), { colour: theme.truth, width: 1.5, dash: [6, 4] });
}

function drawSamples(pen: Pen, axes: Frame, scene: Scene, feature: number, output: number, theme: Theme): void {
  for (const [name, fill] of [["data", theme.sample], ["held_out", theme.heldOut]] as const) {
    const x = columns(scene.doc, `${name}.inputs`)[feature];
    const y = columns(scene.doc, `${name}.targets`)[output];
    if (!x || !y) continue;
    const radius = x.length > 1500 ? 1.6 : x.length > 300 ? 2.4 : 3.6;
    const edge = { colour: theme.sampleEdge, width: 0.8 };
    pen.dots(mapped(x, axes.toX), mapped(y, axes.toY), radius, { colour: fill }, edge);
  }
}

function samplePixels(axes: Frame, scene: Scene, feature: number, output: number) {
  const x = columns(scene.doc, "data.inputs")[feature];
  const y = columns(scene.doc, "data.targets")[output];
  return x && y ? { xs: mapped(x, axes.toX), ys: mapped(y, axes.toY) } : null;
}

type Ends = ReturnType<typeof ends>;

/** What the network tends to on either side; null where neither has a closed form, or nodes are switched off. */
function endsOf(scene: Scene, feature: number): Ends | null {
  if (scene.silent.value.size > 0) return null;
  const found = ends(scene.network.value, feature, Array.from(scene.base.value));
  return found.left || found.right ? found : null;
}

/** Limits, lines and waves the network tends to, drawn outside the data. */
function drawEnds(pen: Pen, axes: Frame, scene: Scene, found: Ends | null, output: number, theme: Theme): void {
  if (!found) return;
  const [low, high] = scene.dataRange(scene.view.along.value[0]);
  const half = (end: End | null, from: number, to: number) => {
    if (!end || !(to > from)) return;
    const xs = Float64Array.from({ length: 200 }, (_, i) => from + ((to - from) * i) / 199);
    const ys = xs.map((x) => valueAt(end, output, x));
    pen.line(mapped(xs, axes.toX), mapped(ys, axes.toY), { colour: theme.limit, width: 1.5, dash: [3, 4] });
  };
  half(found.left, axes.x[0], Math.min(low, axes.x[1]));
  half(found.right, Math.max(high, axes.x[0]), axes.x[1]);
}

function legend(pen: Pen, axes: Frame, scene: Scene, goes: boolean, theme: Theme): void {
  const entries: [string, string, readonly number[] | undefined][] = [["network", theme.ink, undefined]];
  if (columns(scene.doc, "truth.inputs").length === 1) entries.push(["true function", theme.truth, [6, 4]]);
  if (goes) entries.push(["where it goes", theme.limit, [3, 4]]);
  if (knotsOf(scene).value?.length) entries.push([BENDS, theme.faint, undefined]);
  const lit = litContribution(scene);
  if (lit) entries.push([`node ${lit.node + 1}`, lit.colour(theme), undefined]);
  // On a phone the short words do.
  const room = entries.reduce((sum, [label]) => sum + pen.measure(label, 11) + 40, 0) <= axes.box.width + 20;
  let x = axes.box.x;
  const y = axes.box.y - knotRow(scene) - 12;
  // There the row of numbers under it tells what the dots are.
  const shown = room ? entries : entries.filter(([label]) => label !== BENDS);
  const long = room ? 20 : 14; // CSS pixels of a line, with 20 around it or 15
  shown.forEach(([name, colour, dash]) => {
    const label = room ? name : (SHORT[name] ?? name);
    if (name === BENDS) pen.dots([x + 14], [y], 3.6, { colour });
    else pen.line([x, x + long], [y, y], { colour, width: 2, dash });
    pen.text(label, x + long + 5, y, { colour: theme.ink, size: 11, baseline: "middle" });
    x += pen.measure(label, 11) + long + (room ? 20 : 15);
  });
}
