// A panel's picture as a file: drawn again by the pen of its format.

import { canvasPen } from "../draw/canvas.ts";
import type { Size } from "../draw/frame.ts";
import { svgSheet } from "../draw/svg.ts";
import type { Theme } from "../draw/theme.ts";
import type { Panel } from "../panels/panel.ts";
import type { Scene } from "../state/scene.ts";

const SHARPNESS = 2;

/** Draw a panel on a new canvas, `sharpness` pixels to a CSS pixel. */
export function rendered(panel: Panel, size: Size, scene: Scene, theme: Theme, sharpness = SHARPNESS): OffscreenCanvas {
  const canvas = new OffscreenCanvas(Math.round(size.width * sharpness), Math.round(size.height * sharpness));
  const context = canvas.getContext("2d", { alpha: false }) as OffscreenCanvasRenderingContext2D;
  context.scale(sharpness, sharpness);
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, size.width, size.height);
  panel.draw?.(canvasPen(context), size, scene, theme);
  return canvas;
}

export function pngBlob(panel: Panel, size: Size, scene: Scene, theme: Theme): Promise<Blob> {
  return rendered(panel, size, scene, theme).convertToBlob({ type: "image/png" });
}

export function svgBlob(panel: Panel, size: Size, scene: Scene, theme: Theme): Blob {
  const sheet = svgSheet(size.width, size.height, theme.paper);
  panel.draw?.(sheet.pen, size, scene, theme);
  return new Blob([sheet.text()], { type: "image/svg+xml" });
}
