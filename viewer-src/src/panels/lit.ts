// The contribution of the node that is lit up, in its colour, beside the curve it is part of.

import { mapped, type Frame } from "../draw/frame.ts";
import type { Pen } from "../draw/pen.ts";
import { nodeColour, type Theme } from "../draw/theme.ts";
import { hiddenLayers, type Scene } from "../state/scene.ts";

/** The node of the last hidden layer that is lit up and on; null where there is none, or its sum is no output. */
export function litContribution(scene: Scene): { node: number; colour(theme: Theme): string } | null {
  const lit = scene.lit.value;
  if (lit === null || scene.silent.value.has(lit) || scene.parts.value.of !== "output") return null;
  const [layer, node] = lit.split(".").map(Number);
  if (layer !== hiddenLayers(scene.network.value).length - 1 || !scene.parts.value.values[node]) return null;
  const place = scene.order.value.indexOf(node);
  return {
    node,
    colour: (theme) => (nodeColour(place, theme) === theme.rest ? theme.faint : nodeColour(place, theme)),
  };
}

export function drawLit(pen: Pen, axes: Frame, scene: Scene, theme: Theme): void {
  const lit = litContribution(scene);
  if (!lit) return;
  const values = scene.parts.value.values[lit.node];
  pen.line(mapped(scene.curve.value.x, axes.toX), mapped(values, axes.toY), { colour: lit.colour(theme), width: 2.2 });
}
