// The frames of a movie: a panel at snapshots from the first to the last, with the step above it.

import { nice } from "../core/numbers.ts";
import { canvasPen } from "../draw/canvas.ts";
import type { Theme } from "../draw/theme.ts";
import type { Panel } from "../panels/panel.ts";
import { forMovie } from "../state/plane.ts";
import { createScene, type Scene } from "../state/scene.ts";
import { createView, type View } from "../state/view.ts";
import { rendered } from "./picture.ts";

const SECONDS = 8;
const MOST = 160; // frames: 20 a second
const HOLD = 1.5; // seconds on the last picture
const CAPTION = 28;

export interface Frames {
  /** How many there are, and how many of them, at the end, are the same picture. */
  count: number;
  held: number;
  /** Frames a second. */
  rate: number;
  width: number;
  height: number;
  /** The picture of a frame; the canvas is used again. */
  draw(frame: number): OffscreenCanvas;
}

/** Called before each frame; lets the page do what is waiting, and throws where the person has had enough. */
export type Progress = (done: number, of: number) => Promise<void>;

/**
 * The frames of a panel, of even width and height, as encoders of video ask for.
 *
 * @param width In CSS pixels, of which each has `sharpness` pixels.
 */
export function framesOf(panel: Panel, shown: Scene, theme: Theme, width: number, sharpness: number): Frames {
  const scene = copied(shown, panel);
  const height = Math.round(panel.height?.(width, scene) ?? 300);
  const moving = Math.max(1, Math.min(MOST, scene.snapshots));
  const rate = Math.max(4, Math.round(moving / SECONDS));
  const held = Math.round(HOLD * rate);
  const even = (pixels: number) => 2 * Math.round((pixels * sharpness) / 2);
  const canvas = new OffscreenCanvas(even(width), even(height + CAPTION));
  const settings = { alpha: false, willReadFrequently: true };
  const context = canvas.getContext("2d", settings) as OffscreenCanvasRenderingContext2D;
  const pen = canvasPen(context);
  let drawn = -1;
  return {
    count: moving + held,
    held,
    rate,
    width: canvas.width,
    height: canvas.height,
    draw(frame) {
      if (frame === drawn) return canvas;
      drawn = frame;
      const part = moving > 1 ? Math.min(1, frame / (moving - 1)) : 1;
      scene.view.snapshot.value = Math.round(part * (scene.snapshots - 1));
      const picture = rendered(panel, { width, height }, scene, theme, sharpness);
      context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
      context.fillStyle = theme.paper;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(picture, 0, CAPTION, width, height);
      const letters = { colour: theme.ink, size: 14, baseline: "middle" } as const;
      pen.text(caption(scene), 14, CAPTION / 2 + 2, { ...letters, most: width - 28 });
      return canvas;
    },
  };
}

function caption(scene: Scene): string {
  const loss = scene.doc.tensors.get("losses")?.data[scene.step.value];
  return `${scene.doc.title} · step ${scene.step.value}${loss === undefined ? "" : ` · loss ${nice(loss)}`}`;
}

/** A scene of its own with the same view, so that the page stays as it is while the movie is made. */
function copied(shown: Scene, panel: Panel): Scene {
  const view = createView(shown.doc.network.feature_names.length);
  for (const name of Object.keys(view) as (keyof View)[]) {
    (view[name] as { value: unknown }).value = shown.view[name].peek();
  }
  view.start.value = null;
  view.snapshot.value = null;
  view.cursor.value = null;
  const scene = createScene(shown.doc, view);
  forMovie(scene);
  // The axes of the end hold for the whole movie.
  panel.steady?.(scene);
  return scene;
}
