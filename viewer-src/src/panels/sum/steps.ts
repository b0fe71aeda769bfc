// The sum at one point: steps from the bias to the network's value, one per node.

import type { Frame } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import { tickLabels, ticks } from "../../draw/ticks.ts";
import { hiddenLayers, type Scene } from "../../state/scene.ts";
import type { Bands } from "./bands.ts";
import { colourOf, litBand } from "./curves.ts";

export function drawSteps(pen: Pen, axes: Frame, of: Bands, scene: Scene, theme: Theme): void {
  const { box } = axes;
  const hidden = hiddenLayers(scene.network.value).length > 0;
  drawHeights(pen, axes, of, theme);
  const lit = litBand(of, scene);
  const wide = axes.toX(0.8) - axes.toX(0);
  const bar = (place: number, from: number, to: number, colour: string, alpha: number, name: string) => {
    const [top, bottom] = [axes.toY(Math.max(from, to)), axes.toY(Math.min(from, to))];
    pen.rect(axes.toX(place) - wide / 2, top, wide, Math.max(1, bottom - top), { colour, alpha });
    pen.text(name, axes.toX(place), box.y + box.height + 6, {
      colour: theme.ink, size: 11, align: "center", baseline: "top", most: axes.toX(1) - axes.toX(0) - 2,
    });
  };
  bar(0, 0, of.bias, theme.faint, 0.8, "bias");
  of.bands.forEach((band, i) => {
    const short = band.nodes.length > 1 ? "rest" : band.name.replace(/^node /, "");
    bar(i + 1, band.from[0], band.to[0], colourOf(of, i, theme), lit < 0 ? 0.85 : lit === i ? 1 : 0.25, short);
  });
  bar(of.bands.length + 1, 0, of.sum[0], theme.ink, 0.9, "sum");
  const joints = [of.bias, ...of.bands.map((band) => band.to[0])];
  joints.forEach((value, i) => {
    const y = axes.toY(value);
    pen.line([axes.toX(i) - wide / 2, axes.toX(i + 1) + wide / 2], [y, y], { colour: theme.faint, dash: [2, 2] });
  });
  pen.text(`${hidden ? "node" : "feature"}, by falling share`, box.x + box.width / 2, box.y + box.height + 23, {
    colour: theme.ink, size: 12, align: "center", baseline: "top", most: box.width,
  });
}

/** The place of a step at a pixel, −1 for the bias. */
export function stepAt(axes: Frame, of: Bands, x: number): number {
  const place = Math.round(axes.fromX(x));
  return place > of.bands.length ? -1 : place - 1;
}

function drawHeights(pen: Pen, axes: Frame, of: Bands, theme: Theme): void {
  const { box } = axes;
  const found = ticks(axes.y, Math.max(2, box.height / 45));
  const { labels, behind } = tickLabels(found);
  found.forEach((value, i) => {
    const y = Math.round(axes.toY(value)) + 0.5;
    pen.line([box.x, box.x + box.width], [y, y], { colour: value === 0 ? theme.faint : theme.grid });
    const letters = { colour: theme.faint, size: 11, align: "right", baseline: "middle", most: 46 } as const;
    pen.text(labels[i], box.x - 6, y, letters);
  });
  const letters = { colour: theme.ink, size: 12, upright: true, most: box.height } as const;
  pen.text(of.target + behind, 4, box.y + box.height / 2, { ...letters, align: "center", baseline: "top" });
}
