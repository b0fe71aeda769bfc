// The regions of a classifier over two features: paler where the runner-up is near, the boundary, the samples.

import { classOf } from "../core/boundaries.ts";
import { apart, nice, within } from "../core/numbers.ts";
import { mapped, type Frame, type Size } from "../draw/frame.ts";
import type { Pieces } from "../draw/levels.ts";
import { channels } from "../draw/theme.ts";
import { isPlane, planeRanges, type Grid } from "../state/grid.ts";
import { planeOf } from "../state/plane.ts";
import type { Scene } from "../state/scene.ts";
import { askAt, drawAsked } from "./asked.ts";
import type { Panel } from "./panel.ts";
import {
  drawDataBox, drawPlaneAxes, imageOf, keeper, othersAt, planeFrame, planeHeight, pointAt, rangeOf, samplePixels,
} from "./plane/axes.ts";
import { boundary, decide, type Decision } from "./plane/decision.ts";
import { belowLegend, drawLegend } from "./plane/legend.ts";
import { countWrong, drawSamples } from "./plane/marks.ts";
import { regionPixels } from "./plane/pixels.ts";
import { drawReadOut, type Row } from "./plane/read_out.ts";
import { classChannels, classNames, classPlaces, codes, placeColour, saidOf, threshold } from "./plane/samples.ts";
import { cursorOf, planeKey, planePointer } from "./plane/zoom.ts";

const SIDE = 2; // CSS pixels of a pixel of the image, whose own values run smoothly

export const regions: Panel = {
  id: "regions",
  title: "Where each class wins",
  place: "left",
  applies: (scene) => scene.classifier && isPlane(scene),
  height: planeHeight,
  draw(pen, size, scene, theme) {
    const axes = axesOf(size, scene);
    const { x, y, width, height } = axes.box;
    const grid = planeOf(scene);
    const decision = decisionOf(scene, grid);
    drawPlaneAxes(pen, axes, scene, theme);
    const columns = Math.max(20, Math.round(width / SIDE));
    const rows = Math.max(20, Math.round(height / SIDE));
    const image = IMAGES(grid, `${columns} ${rows} ${theme.paper}`, () =>
      imageOf(regionPixels(decision, grid.x.length, columns, rows, classChannels(scene), channels(theme.paper))),
    );
    pen.clip(x, y, width, height, () => {
      pen.image(image, x, y, width, height);
      for (const { xs, ys } of LINES(grid, "", () => boundary(decision, grid.x, grid.y))) {
        pen.line(mapped(xs, axes.toX), mapped(ys, axes.toY), { colour: theme.ink, width: 1.8 });
      }
      drawDataBox(pen, axes, scene, theme);
      drawSamples(pen, scene, theme, axes.box, (part) => samplePixels(scene, axes, part));
      drawAsked(pen, scene, theme, () => samplePixels(scene, axes, "data"));
      const cursor = cursorOf(scene, axes.x, axes.y);
      if (cursor) drawReadOut(pen, axes.box, axes.toX(cursor[0]), axes.toY(cursor[1]), readOut(scene, cursor), theme);
    });
    drawLegend(pen, size, scene, theme, countWrong(scene));
  },
  table(scene) {
    const grid = planeOf(scene);
    const area = shares(decisionOf(scene, grid));
    const cursor = cursorOf(scene, rangeOf(grid.x), rangeOf(grid.y));
    const here = cursor && readings(scene, cursor);
    const kept = codes(scene, "data");
    const said = saidOf(scene, "data");
    return {
      columns: ["class", "share of the area", "samples", "of them right", "value at the cursor", "logit at the cursor"],
      rows: classNames(scene).map((name, code) => {
        let [samples, right] = [0, 0];
        for (let i = 0; i < kept.length; i++) {
          if (kept[i] !== code) continue;
          samples += 1;
          if (said && said[i] === code) right += 1;
        }
        return [name, area[code], samples, right, known(here?.values[code]), here?.logits[code] ?? null];
      }),
    };
  },
  describe(scene) {
    const [x, y] = planeRanges(scene);
    const [first, second] = scene.view.along.value;
    const names = scene.doc.network.feature_names;
    const cursor = cursorOf(scene, x, y);
    const here = cursor && readings(scene, cursor);
    const at = here ? ` At the cursor ${classNames(scene)[here.winner]}, by a margin of ${nice(here.margin)}.` : "";
    return (
      `The classes ${classNames(scene).join(", ")} over ${names[first]} from ${apart(...x).join(" to ")} and ` +
      `${names[second]} from ${apart(...y).join(" to ")}${othersAt(scene)}, at step ${scene.step.value}.${at} ` +
      "Arrow keys move the cursor, with Shift the picture; plus and minus zoom, 0 goes back."
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
const DECISIONS = keeper<Decision>();

function axesOf(size: Size, scene: Scene): Frame {
  return planeFrame(size, scene, belowLegend(size, scene));
}

function decisionOf(scene: Scene, grid: Grid): Decision {
  return DECISIONS(grid, "", () => decide(scene.network.value, grid.trace, threshold(scene)));
}

interface Readings {
  winner: number;
  margin: number;
  values: number[];
  /** Null where there is none: of the first of two classes that one output tells apart. */
  logits: (number | null)[];
}

/** Of every class its value and its logit at a place, and which one wins. */
export function readings(scene: Scene, place: readonly [number, number]): Readings {
  const trace = scene.at(pointAt(scene, place));
  const network = scene.network.value;
  const { scores, outputs } = decide(network, trace, threshold(scene));
  const single = trace.output.length === 1;
  const score = scores.map((values) => values[0]);
  const winner = single ? classOf([score[1] - score[0]], 0) : classOf(score, null);
  const value = outputs.map((values) => values[0]);
  const second = Math.max(...value.filter((_, i) => i !== winner));
  const bent = trace.layers[trace.layers.length - 1];
  const logits = single ? [null, bent.pre[0][0]] : bent.pre.map((values) => values[0]);
  return { winner, margin: Math.abs(value[winner] - second), values: single ? ends(scene, value[1]) : value, logits };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** Of one output that is a probability, that of both classes. */
function ends(scene: Scene, value: number): number[] {
  return scene.doc.network.layers.at(-1)?.activation === "sigmoid" ? [1 - value, value] : [Number.NaN, value];
}

function readOut(scene: Scene, cursor: readonly [number, number]): Row[] {
  const [first, second] = scene.view.along.value;
  const names = scene.doc.network.feature_names;
  const { winner, margin, values } = readings(scene, cursor);
  const kinds = classPlaces(scene);
  const classes = classNames(scene)
    .map((label, code) => ({ label, code, value: values[code] }))
    .filter(({ value, code }) => !Number.isNaN(value) || code === winner)
    .sort((a, b) => Number(b.code === winner) - Number(a.code === winner) || b.value - a.value)
    .map(({ label, code, value }): Row => ({
      label,
      value: Number.isNaN(value) ? "" : nice(value),
      colour: placeColour(kinds[code]),
      bold: code === winner,
    }));
  return [
    ...classes,
    { label: "margin", value: nice(margin) },
    { label: names[first], value: within(cursor[0], scene.dataRange(first)) },
    { label: names[second], value: within(cursor[1], scene.dataRange(second)) },
  ];
}

function shares({ scores, single }: Decision): number[] {
  const count = scores.map(() => 0);
  const row = scores.map(() => 0);
  for (let at = 0; at < scores[0].length; at++) {
    for (let i = 0; i < row.length; i++) row[i] = scores[i][at];
    count[single ? classOf([row[1] - row[0]], 0) : classOf(row, null)] += 1;
  }
  return count.map((value) => value / scores[0].length);
}
