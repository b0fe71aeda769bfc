// Zooming and panning along x, with wheel, drag, two clicks or keys; shared by the pictures of curves.

import type { Frame } from "../draw/frame.ts";
import type { Range } from "../draw/ticks.ts";
import type { Scene } from "../state/scene.ts";
import { grips, wheelFactor } from "./hand.ts";
import type { Pointer } from "./panel.ts";

const FURTHEST = 1e7; // of the data's span: beyond it float64 has few digits left for one pixel
const NEAREST = 1e-6;

const GRIPS = grips<Range>();

/** Let a pointer zoom, pan and set the cursor along x, and `click` do more; returns whether it was used. */
export function zoomPointer(event: Pointer, axes: Frame, scene: Scene, click?: () => void): boolean {
  const inBox = event.x >= axes.box.x && event.x <= axes.box.x + axes.box.width;
  const here = axes.fromX(event.x);
  switch (event.kind) {
    case "wheel":
      if (!inBox) return false;
      zoom(scene, axes.x, here, wheelFactor(event));
      return true;
    case "down":
      if (!inBox) return false;
      GRIPS.press(scene, event, axes.x);
      return false;
    case "move": {
      const grip = GRIPS.held(scene, event);
      if (grip?.moved) pan(scene, grip.from, ((grip.x - event.x) / axes.box.width) * (grip.from[1] - grip.from[0]));
      else if (!grip && inBox) scene.view.cursor.value = here;
      return false;
    }
    case "up":
      if (GRIPS.release(scene)?.moved !== false) return false;
      scene.view.cursor.value = here;
      click?.();
      return false;
    case "double":
      back(scene);
      return true;
    default:
      GRIPS.release(scene);
      return false;
  }
}

/** Arrow keys move the cursor (with Shift, the picture); + and - zoom; 0 goes back to the data. */
export function zoomKey(event: KeyboardEvent, axes: Frame, scene: Scene): boolean {
  const span = axes.x[1] - axes.x[0];
  const side = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const middle = (axes.x[0] + axes.x[1]) / 2;
  if (side && event.shiftKey) {
    pan(scene, axes.x, (side * span) / 10);
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
function zoom(scene: Scene, [low, high]: Range, at: number, factor: number): void {
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

function pan(scene: Scene, [low, high]: Range, by: number): void {
  const data = scene.dataRange(scene.view.along.value[0]);
  const most = FURTHEST * (data[1] - data[0] || 1);
  const next: Range = [low + by, high + by];
  if (data[0] - next[0] < most && next[1] - data[1] < most) scene.view.x.value = next;
}
