// Zooming and panning along x, with wheel, drag, two clicks or keys; shared by the pictures of curves.

import type { Frame } from "../draw/frame.ts";
import type { Range } from "../draw/ticks.ts";
import type { Scene } from "../state/scene.ts";
import type { Pointer } from "./panel.ts";

const WHEEL = 0.0015;
const FURTHEST = 1e7; // of the data's span: beyond it float64 has few digits left for one pixel
const NEAREST = 1e-6;

let grip: { x: number; range: Range; moved: boolean } | null = null;

/** Let a pointer zoom, pan and set the cursor along x; returns whether it was used. */
export function zoomPointer(event: Pointer, axes: Frame, scene: Scene): boolean {
  const inBox = event.x >= axes.box.x && event.x <= axes.box.x + axes.box.width;
  const here = axes.fromX(event.x);
  switch (event.kind) {
    case "wheel":
      if (!inBox) return false;
      zoom(scene, axes.x, here, Math.exp(event.turn * WHEEL));
      return true;
    case "down":
      if (!inBox) return false;
      grip = { x: event.x, range: axes.x, moved: false };
      return false;
    case "move":
      if (grip && event.held) {
        if (Math.abs(event.x - grip.x) > 3) grip.moved = true;
        if (grip.moved) pan(scene, grip, ((grip.x - event.x) / axes.box.width) * (grip.range[1] - grip.range[0]));
      } else if (inBox) {
        scene.view.cursor.value = here;
      }
      return false;
    case "up":
      if (grip && !grip.moved) scene.view.cursor.value = here;
      grip = null;
      return false;
    case "double":
      back(scene);
      return true;
    default:
      grip = null;
      return false;
  }
}

/** Arrow keys move the cursor (with Shift, the picture); + and - zoom; 0 goes back to the data. */
export function zoomKey(event: KeyboardEvent, axes: Frame, scene: Scene): boolean {
  const span = axes.x[1] - axes.x[0];
  const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const middle = (axes.x[0] + axes.x[1]) / 2;
  if (side && event.shiftKey) {
    pan(scene, { range: axes.x }, (side * span) / 10);
  } else if (side) {
    const at = (scene.view.cursor.value ?? middle) + (side * span) / 100;
    scene.view.cursor.value = Math.min(axes.x[1], Math.max(axes.x[0], at));
  } else if (event.key === "+" || event.key === "=") {
    zoom(scene, axes.x, scene.view.cursor.value ?? middle, 1 / 1.25);
  } else if (event.key === "-") {
    zoom(scene, axes.x, scene.view.cursor.value ?? middle, 1.25);
  } else if (event.key === "0") {
    back(scene);
  } else {
    return false;
  }
  return true;
}

/** Show `factor` times as much along x, the place `at` staying where it is. */
export function zoom(scene: Scene, [low, high]: Range, at: number, factor: number): void {
  const data = scene.dataRange(scene.view.along.value[0]);
  const span = data[1] - data[0] || 1;
  const wanted = (high - low) * factor;
  if (wanted > FURTHEST * span || wanted < NEAREST * span) return;
  scene.view.x.value = [at - (at - low) * factor, at + (high - at) * factor];
}

/** Back to the data; a cursor far outside them does not stay there unseen. */
function back(scene: Scene): void {
  scene.view.x.value = null;
  scene.view.y.value = null;
  const at = scene.view.cursor.value;
  if (at !== null && (at < scene.range.value[0] || at > scene.range.value[1])) scene.view.cursor.value = null;
}

function pan(scene: Scene, from: { range: Range }, by: number): void {
  const data = scene.dataRange(scene.view.along.value[0]);
  const most = FURTHEST * (data[1] - data[0] || 1);
  const next: Range = [from.range[0] + by, from.range[1] + by];
  if (data[0] - next[0] < most && next[1] - data[1] < most) scene.view.x.value = next;
}
