// How wide texts are. The same few are asked for in every frame, so what was measured is kept.

import { FONT } from "./pen.ts";

const MOST = 5000; // texts that are kept: numbers of a training that is played are new in every frame
const WIDTHS = new Map<string, number>();
let ruler: OffscreenCanvasRenderingContext2D | null = null;

/** How letters of a size are asked for, of a canvas. */
export function fontOf(size: number, bold = false): string {
  return `${bold ? "600 " : ""}${size}px ${FONT}`;
}

/** Width of a text in CSS pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  const key = `${size}${bold ? "b" : " "}${text}`;
  let width = WIDTHS.get(key);
  if (width === undefined) {
    ruler ??= new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
    ruler.font = fontOf(size, bold);
    width = ruler.measureText(text).width;
    if (WIDTHS.size >= MOST) WIDTHS.clear();
    WIDTHS.set(key, width);
  }
  return width;
}
