// The loss over the steps of training, tied to the slider.

import type { Document } from "../core/document.ts";
import { nice } from "../core/numbers.ts";
import { drawAxes, frame, inside, mapped, type Frame, type Size } from "../draw/frame.ts";
import { widened, type Range } from "../draw/ticks.ts";
import { once } from "../state/once.ts";
import type { Scene } from "../state/scene.ts";
import { goToStep } from "../state/steps.ts";
import type { Panel } from "./panel.ts";

export const loss: Panel = {
  id: "loss",
  title: "The loss",
  place: "left",
  applies: (scene) => (scene.doc.tensors.get("losses")?.shape[0] ?? 0) > 1,
  height: (width) => Math.round(Math.max(180, Math.min(260, width * 0.45))),
  draw(pen, size, scene, theme) {
    const axes = axesOf(size, scene);
    drawAxes(pen, axes, theme, { x: "step", y: "log₁₀ of the loss", whole: true });
    const { x, y, width, height } = axes.box;
    pen.clip(x, y, width, height, () => {
      for (const [name, colour] of [["losses", theme.ink], ["validation_losses", theme.heldOut]] as const) {
        const values = lossesOf(scene.doc).logs.get(name);
        if (!values) continue;
        const [xs, ys] = thinned(values, width);
        pen.line(mapped(xs, axes.toX), mapped(ys, axes.toY), { colour, width: 1.6 });
      }
      const at = axes.toX(scene.step.value);
      pen.line([at, at], [y, y + height], { colour: theme.limit, width: 1.5 });
    });
    const ended = scene.doc.fit?.outcome;
    if (ended?.reason === "diverged") {
      const last = axes.toX(Math.min(ended.step, axes.x[1]));
      pen.line([last, last], [y, y + height], { colour: theme.limit, width: 1.5, dash: [4, 3] });
      const letters = { colour: theme.limit, size: 11, align: "right" } as const;
      pen.text(`diverged at step ${ended.step}`, last - 6, y + height - 8, letters);
    }
    if (lossesOf(scene.doc).logs.has("validation_losses")) {
      pen.text("trained on", x + width - 6, y + 12, { colour: theme.ink, size: 11, align: "right" });
      pen.text("held out", x + width - 6, y + 27, { colour: theme.heldOut, size: 11, align: "right" });
    }
  },
  table(scene) {
    const losses = scene.doc.tensors.get("losses");
    const held = scene.doc.tensors.get("validation_losses");
    const rows = Array.from({ length: losses?.shape[0] ?? 0 }, (_, i) => [
      i,
      losses ? losses.data[i] : null,
      ...(held ? [held.data[i]] : []),
    ]);
    return { columns: ["step", "loss", ...(held ? ["loss of those held out"] : [])], rows };
  },
  describe(scene) {
    const values = scene.doc.tensors.get("losses")?.data ?? [];
    const step = scene.step.value;
    const ended = scene.doc.fit?.outcome;
    const diverged = ended?.reason === "diverged" ? ` It diverged at step ${ended.step}.` : "";
    return (
      `The loss over ${values.length - 1} steps, from ${nice(values[0])} to ${nice(values[values.length - 1])}; ` +
      `${nice(values[step])} at step ${step}.${diverged} Left and right arrows move along the steps.`
    );
  },
  pointer(event, size, scene) {
    if (event.kind === "down" || (event.kind === "move" && event.held)) {
      goToStep(scene, axesOf(size, scene).fromX(event.x));
      return event.kind === "down";
    }
    return false;
  },
  key(event, _size, scene) {
    const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!side) return false;
    const last = (scene.doc.tensors.get("losses")?.shape[0] ?? 1) - 1;
    goToStep(scene, scene.step.value + side * Math.max(1, Math.round(last / 100)));
    return true;
  },
  cursor: () => "col-resize",
};

function axesOf(size: Size, scene: Scene): Frame {
  const last = (scene.doc.tensors.get("losses")?.shape[0] ?? 2) - 1;
  return frame(inside(size), [0, Math.max(1, last)], lossesOf(scene.doc).range);
}

interface Losses {
  /** log₁₀ of the losses, by the name of their tensor. */
  logs: ReadonlyMap<string, Float64Array>;
  range: Range;
}

const lossesOf = once((doc: Document): Losses => {
  const logs = new Map<string, Float64Array>();
  for (const name of ["losses", "validation_losses"]) {
    const tensor = doc.tensors.get(name);
    if (tensor) logs.set(name, Float64Array.from(tensor.data, (x) => (x > 0 ? Math.log10(x) : Number.NaN)));
  }
  return { logs, range: widened([...logs.values()].flatMap((values) => [...values])) };
});

/** At most two points a pixel, the least and the greatest of each: no spike is lost. */
function thinned(values: Float64Array, width: number): [Float64Array, Float64Array] {
  const step = Math.ceil(values.length / Math.max(1, width));
  if (step <= 2) return [Float64Array.from(values, (_, i) => i), values];
  const xs: number[] = [];
  const ys: number[] = [];
  for (let from = 0; from < values.length; from += step) {
    const to = Math.min(values.length, from + step);
    let least = from;
    let most = from;
    for (let i = from; i < to; i++) {
      if (values[i] < values[least]) least = i;
      if (values[i] > values[most]) most = i;
    }
    for (const i of [Math.min(least, most), Math.max(least, most)]) {
      xs.push(i);
      ys.push(values[i]);
    }
  }
  return [Float64Array.from(xs), Float64Array.from(ys)];
}
