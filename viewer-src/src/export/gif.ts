// A GIF: one palette for all frames, no dither, and of each frame only what has changed.

import { applyPalette, GIFEncoder, quantize } from "gifenc";
import { channels, type Theme } from "../draw/theme.ts";
import type { Frames, Progress } from "./frames.ts";

const COLOURS = 256;
const LOOKED_AT = 6; // frames the palette is made from
const MOST_PIXELS = 1_500_000; // of them all together

export async function gif(frames: Frames, theme: Theme, progress: Progress): Promise<Blob> {
  const { width, height, rate } = frames;
  const moving = frames.count - frames.held;
  const palette = await paletteOf(frames, moving, theme, progress);
  const same = palette.length; // the index that leaves a pixel as it is
  const padded = [...palette, [0, 0, 0]];
  const encoder = GIFEncoder();
  let before: Uint8Array | null = null;
  for (let frame = 0; frame < moving; frame++) {
    await progress(frame, moving);
    const index = applyPalette(pixels(frames, frame), palette, "rgb565");
    const changed = before ? index.map((value, at) => (value === (before as Uint8Array)[at] ? same : value)) : index;
    const delay = frame === moving - 1 ? (1000 * frames.held) / rate : 1000 / rate;
    encoder.writeFrame(changed, width, height, {
      delay,
      dispose: 1,
      ...(frame === 0 ? { palette: padded, repeat: 0 } : { transparent: true, transparentIndex: same }),
    });
    before = index;
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: "image/gif" });
}

/** The colours of some frames, those of the page first and exact. */
async function paletteOf(frames: Frames, moving: number, theme: Theme, progress: Progress): Promise<number[][]> {
  const count = Math.min(LOOKED_AT, moving);
  const step = Math.max(1, Math.ceil((count * frames.width * frames.height) / MOST_PIXELS));
  const seen: number[] = [];
  for (let i = 0; i < count; i++) {
    await progress(0, moving);
    const data = pixels(frames, count > 1 ? Math.round((i * (moving - 1)) / (count - 1)) : 0);
    for (let at = 0; at < data.length; at += 4 * step) seen.push(data[at], data[at + 1], data[at + 2], 255);
  }
  await progress(0, moving);
  const exact: number[][] = [theme.paper, theme.ink].map(channels);
  const found = quantize(Uint8Array.from(seen), COLOURS - 1 - exact.length, { format: "rgb565" });
  return [...exact, ...found];
}

function pixels(frames: Frames, frame: number): Uint8ClampedArray {
  const canvas = frames.draw(frame);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}
