// The stack over the visible range: one filled band per node between the running sums.

import { drawAxes, mapped, named, type Frame } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import { nodeColour, type Theme } from "../../draw/theme.ts";
import type { Scene } from "../../state/scene.ts";
import { drawCursor } from "../along.ts";
import { keyOf, type Bands } from "./bands.ts";

export function drawStack(pen: Pen, axes: Frame, of: Bands, scene: Scene, theme: Theme): void {
  const info = scene.doc.network;
  const feature = scene.view.along.value[0];
  drawAxes(pen, axes, theme, { x: named(info.feature_names[feature], info.feature_units[feature]), y: of.target });
  const { x, y, width, height } = axes.box;
  const lit = litBand(of, scene);
  pen.clip(x, y, width, height, () => {
    const xs = mapped(of.x, axes.toX);
    const there = closed(xs, xs);
    const flat = mapped([of.bias, of.bias], axes.toY);
    of.bands.forEach((band, place) => {
      const ys = closed(mapped(band.from, axes.toY), mapped(band.to, axes.toY));
      const alpha = lit < 0 ? 0.6 : lit === place ? 0.95 : 0.18;
      pen.area(there, ys, { colour: colourOf(of, place, theme), alpha });
    });
    const joint = { colour: theme.paper, width: 0.8 };
    of.bands.slice(0, -1).forEach((band) => pen.line(xs, mapped(band.to, axes.toY), joint));
    pen.line([x, x + width], flat, { colour: theme.ink, dash: [5, 4], width: 1.2 });
    pen.line(xs, mapped(of.sum, axes.toY), { colour: theme.ink, width: 2.4 });
    drawCursor(pen, axes, scene, theme);
    const words = scene.view.around.value ? "bias and the means" : "bias";
    pen.text(words, x + 6, flat[0] - 4, { colour: theme.ink, size: 11 });
  });
}

export function litBand(of: Bands, scene: Scene): number {
  const lit = scene.lit.value;
  if (lit === null) return -1;
  return of.bands.findIndex(({ nodes }) => nodes.some((node) => keyOf(scene, node) === lit));
}

export function colourOf(of: Bands, place: number, theme: Theme): string {
  return of.bands[place].nodes.length > 1 ? theme.rest : nodeColour(place, theme);
}

/** There along one line and back along another. */
function closed(there: Float64Array, back: Float64Array): Float64Array {
  const both = new Float64Array(2 * there.length);
  both.set(there);
  for (let i = 0; i < back.length; i++) both[there.length + i] = back[back.length - 1 - i];
  return both;
}
