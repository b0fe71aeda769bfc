// A panel through the whole training, as a file.

import type { Theme } from "../draw/theme.ts";
import type { Panel } from "../panels/panel.ts";
import type { Scene } from "../state/scene.ts";
import { framesOf, type Progress } from "./frames.ts";
import { gif } from "./gif.ts";
import { video } from "./video.ts";

export type Format = "gif" | "mp4";

export interface Wish {
  panel: Panel;
  format: Format;
  scene: Scene;
  theme: Theme;
  signal: AbortSignal;
  /** Told the share that is done. */
  tell(share: number): void;
}

const WIDTH = 640;
const SHARPNESS = { gif: 1, mp4: 2 };

/** Returns the movie; rejects with the signal's reason when it is given up. */
export async function movie({ panel, format, scene, theme, signal, tell }: Wish): Promise<Blob> {
  const frames = framesOf(panel, scene, theme, WIDTH, SHARPNESS[format]);
  const progress: Progress = async (done, of) => {
    tell(done / of);
    await breath();
    signal.throwIfAborted();
  };
  return format === "gif" ? gif(frames, theme, progress) : video(frames, progress);
}

/** Until the browser has shown and answered what was waiting. */
function breath(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } };
  return scheduler?.yield ? scheduler.yield() : new Promise((go) => setTimeout(go));
}
