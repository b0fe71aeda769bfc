// It adds up: contributions stacked on the bias up to the network's curve, and the same in figures.

import { nice } from "../../core/numbers.ts";
import { frame, inside, type Frame, type Size } from "../../draw/frame.ts";
import { widened } from "../../draw/ticks.ts";
import { isPlane } from "../../state/grid.ts";
import type { Scene } from "../../state/scene.ts";
import { pickNode } from "../../state/pick.ts";
import { grips } from "../hand.ts";
import type { Panel, Pointer } from "../panel.ts";
import { zoomKey, zoomPointer } from "../zoom.ts";
import { bandsOf, keyOf, type Bands } from "./bands.ts";
import { Controls } from "./controls.tsx";
import { drawStack } from "./curves.ts";
import { Figures } from "./figures.tsx";
import { bandAt } from "./stack.ts";
import { drawSteps, stepAt } from "./steps.ts";

const GRIPS = grips<null>();

export const sum: Panel = {
  id: "sum",
  title: "It adds up",
  place: "right",
  applies: () => true,
  height: (width, scene) => Math.round(Math.max(240, Math.min(isPlane(scene) ? 300 : 400, width * 0.56))),
  draw(pen, size, scene, theme) {
    const of = bandsOf(scene);
    const axes = axesOf(size, scene, of);
    if (isPlane(scene)) drawSteps(pen, axes, of, scene, theme);
    else drawStack(pen, axes, of, scene, theme);
  },
  table(scene) {
    const of = bandsOf(scene);
    const names = of.bands.map((band) => band.name);
    const along = scene.doc.network.feature_names[scene.view.along.value[0]];
    const parts = (s: number) => of.bands.map((band) => band.to[s] - band.from[s]);
    const rows = Array.from(of.x, (x, s) => [x, of.bias, ...parts(s), of.sum[s]]);
    return { columns: [along, "bias", ...names, of.target], rows };
  },
  describe(scene) {
    const of = bandsOf(scene);
    const low = of.bands.map((band) => band.name).slice(0, 3).join(", ");
    const keys = isPlane(scene) ? "" : " Arrow keys move the cursor, with Shift the picture; plus and minus zoom.";
    const added = `what the nodes add to it, one after the other (${low}, …)`;
    return `The bias ${nice(of.bias)} and ${added}, up to ${of.target}.${keys}`;
  },
  pointer(event, size, scene) {
    const of = bandsOf(scene);
    const axes = axesOf(size, scene, of);
    const under = event.kind === "leave" ? null : bandUnder(event, axes, scene, of);
    scene.hover.value = under && under.nodes.length === 1 ? keyOf(scene, under.nodes[0]) : null;
    if (event.kind === "down") GRIPS.press(scene, event, null);
    GRIPS.held(scene, event);
    const clicked = event.kind === "up" && GRIPS.release(scene)?.moved === false;
    if (clicked && scene.hover.value) pickNode(scene, scene.hover.value);
    return isPlane(scene) ? false : zoomPointer(event, axes, scene);
  },
  key: (event, size, scene) => (isPlane(scene) ? false : zoomKey(event, axesOf(size, scene, bandsOf(scene)), scene)),
  cursor: (event, _size, scene) => (isPlane(scene) ? "default" : event.held ? "grabbing" : "crosshair"),
  controls: Controls,
  below: Figures,
};

function bandUnder(event: Pointer, axes: Frame, scene: Scene, of: Bands) {
  if (isPlane(scene)) return of.bands[stepAt(axes, of, event.x)] ?? null;
  const part = (axes.fromX(event.x) - axes.x[0]) / (axes.x[1] - axes.x[0]);
  const sample = Math.round(part * (of.x.length - 1));
  return sample < 0 || sample >= of.x.length ? null : bandAt(of.bands, sample, axes.fromY(event.y));
}

function axesOf(size: Size, scene: Scene, of: Bands): Frame {
  const plane = isPlane(scene);
  const all = [of.bias, ...of.bands.flatMap((band) => extremesOf(band.to))];
  const x = plane ? ([-0.5, of.bands.length + 1.5] as const) : scene.range.value;
  return frame(inside(size), x, widened(plane ? [0, ...all] : all));
}

function extremesOf(values: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
