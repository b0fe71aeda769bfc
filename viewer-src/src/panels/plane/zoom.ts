// Zooming and panning over a plane, with wheel, drag, two clicks or keys, and the cursor in it.

import type { Frame } from "../../draw/frame.ts";
import type { Range } from "../../draw/ticks.ts";
import { planeRanges } from "../../state/grid.ts";
import type { Scene } from "../../state/scene.ts";
import { grips, wheelFactor } from "../hand.ts";
import type { Pointer } from "../panel.ts";

const FURTHEST = 1e6; // of the data's span
const NEAREST = 1e-5;

const GRIPS = grips<Frame>();

/** Let a pointer zoom, pan and set the cursor, and `click` do more; returns whether it was used. */
export function planePointer(event: Pointer, axes: Frame, scene: Scene, click?: () => void): boolean {
  const { box } = axes;
  const inBox = event.x >= box.x && event.x <= box.x + box.width && event.y >= box.y && event.y <= box.y + box.height;
  const here = [axes.fromX(event.x), axes.fromY(event.y)] as const;
  switch (event.kind) {
    case "wheel":
      if (inBox) zoomPlane(scene, axes, here, wheelFactor(event));
      return inBox;
    case "down":
      if (inBox) GRIPS.press(scene, event, axes);
      return false;
    case "move": {
      const grip = GRIPS.held(scene, event);
      if (grip?.moved) {
        const { from, x, y } = grip;
        pan(scene, from, from.fromX(x) - from.fromX(event.x), from.fromY(y) - from.fromY(event.y));
      } else if (!grip && inBox) {
        setCursor(scene, here);
      }
      return false;
    }
    case "up":
      if (GRIPS.release(scene)?.moved !== false) return false;
      setCursor(scene, here);
      click?.();
      return false;
    case "double":
      whole(scene);
      return true;
    default:
      GRIPS.release(scene);
      return false;
  }
}

/** Arrow keys move the cursor (with Shift, the picture); + and - zoom; 0 goes back to the data. */
export function planeKey(event: KeyboardEvent, axes: Frame, scene: Scene): boolean {
  const across = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const up = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
  const spans = [axes.x[1] - axes.x[0], axes.y[1] - axes.y[0]];
  const at = cursorOf(scene, axes.x, axes.y) ?? [middle(axes.x), middle(axes.y)];
  if ((across || up) && event.shiftKey) {
    pan(scene, axes, (across * spans[0]) / 10, (up * spans[1]) / 10);
  } else if (across || up) {
    const clipped = (value: number, [low, high]: Range) => Math.min(high, Math.max(low, value));
    const next = [at[0] + (across * spans[0]) / 50, at[1] + (up * spans[1]) / 50];
    setCursor(scene, [clipped(next[0], axes.x), clipped(next[1], axes.y)]);
  } else if (event.key === "+" || event.key === "=") {
    zoomPlane(scene, axes, at, 1 / 1.25);
  } else if (event.key === "-") {
    zoomPlane(scene, axes, at, 1.25);
  } else if (event.key === "0") {
    whole(scene);
  } else {
    return false;
  }
  return true;
}

/** The cursor, if it is in the visible plane. */
export function cursorOf(scene: Scene, x: Range, y: Range): readonly [number, number] | null {
  const first = scene.view.cursor.value;
  const second = scene.view.cursorY.value;
  if (first === null || second === null) return null;
  return first >= x[0] && first <= x[1] && second >= y[0] && second <= y[1] ? [first, second] : null;
}

/** Show `factor` times as much of the plane, the place `at` staying where it is. */
export function zoomPlane(
  scene: Scene, axes: { x: Range; y: Range }, at: readonly [number, number], factor: number,
): void {
  const spans = scene.view.along.value.map((feature) => span(scene.dataRange(feature)));
  const wanted = [span(axes.x) * factor, span(axes.y) * factor];
  if (wanted.some((value, i) => value > FURTHEST * spans[i] || value < NEAREST * spans[i])) return;
  const around = ([low, high]: Range, place: number): Range =>
    [place - (place - low) * factor, place + (high - place) * factor];
  scene.view.x.value = around(axes.x, at[0]);
  scene.view.y.value = around(axes.y, at[1]);
}

/** Back to the range of the data. */
export function whole(scene: Scene): void {
  scene.view.x.value = null;
  scene.view.y.value = null;
  // A cursor far outside does not stay there unseen.
  const [x, y] = planeRanges(scene);
  if (scene.view.cursor.value === null || cursorOf(scene, x, y)) return;
  scene.view.cursor.value = null;
  scene.view.cursorY.value = null;
}

function setCursor(scene: Scene, [x, y]: readonly [number, number]): void {
  scene.view.cursor.value = x;
  scene.view.cursorY.value = y;
}

function pan(scene: Scene, axes: { x: Range; y: Range }, across: number, up: number): void {
  const [first, second] = scene.view.along.value;
  const moved = ([low, high]: Range, by: number, feature: number): Range | null => {
    const data = scene.dataRange(feature);
    const most = FURTHEST * span(data);
    return data[0] - low - by < most && high + by - data[1] < most ? [low + by, high + by] : null;
  };
  scene.view.x.value = moved(axes.x, across, first) ?? axes.x;
  scene.view.y.value = moved(axes.y, up, second) ?? axes.y;
}

function span([low, high]: Range): number {
  return high - low || 1;
}

function middle([low, high]: Range): number {
  return (low + high) / 2;
}
