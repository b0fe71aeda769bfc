// Saving the training of one panel as a movie.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { download } from "../export/download.ts";
import { movie, type Format } from "../export/movie.ts";
import { PANELS } from "../panels/all.ts";
import type { Scene } from "../state/scene.ts";
import { useTheme } from "../elements/theme_context.ts";

const SAID = 8000; // milliseconds a sentence stays

export function MovieMenu({ scene }: { scene: Scene }) {
  const theme = useTheme();
  const panels = PANELS.filter((panel) => panel.applies(scene));
  const chosen = useSignal("");
  const share = useSignal<number | null>(null);
  const said = useSignal("");
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const save = async (format: Format) => {
    const panel = panels.find(({ id }) => id === chosen.value) ?? panels[0];
    const control = new AbortController();
    running.current = control;
    share.value = 0;
    said.value = "";
    try {
      const tell = (done: number) => (share.value = done);
      const file = await movie({ panel, format, scene, theme: theme.value, signal: control.signal, tell });
      const name = `${scene.doc.data.name}-${panel.id}`.replace(/[^\p{L}\p{N}._-]+/gu, "_");
      download(file, `${name}.${format}`);
      said.value = `Saved, ${(file.size / 1e6).toFixed(1)} MB.`;
    } catch (error) {
      const why = error instanceof Error ? error.message : error;
      said.value = control.signal.aborted ? "Given up." : `Not saved: ${why}`;
    }
    share.value = null;
    running.current = null;
    setTimeout(() => (said.value = ""), SAID);
  };
  if (panels.length === 0) return null;
  return (
    <details class="nw-menu nw-movie">
      <summary>{share.value === null ? "Movie" : `Movie ${Math.round(100 * share.value)} %`}</summary>
      <div>
        <label>
          Of{" "}
          <select value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {panels.map(({ id, title }, i) => (
              <option value={i === 0 ? "" : id}>{title}</option>
            ))}
          </select>
        </label>
        {share.value === null ? (
          <span class="nw-tools">
            <button type="button" onClick={() => save("gif")}>
              Save GIF
            </button>
            <button type="button" onClick={() => save("mp4")}>
              Save MP4
            </button>
          </span>
        ) : (
          <span class="nw-tools">
            <progress max={1} value={share.value} aria-label="Share of the movie that is made" />
            <button type="button" onClick={() => running.current?.abort()}>
              Cancel
            </button>
          </span>
        )}
        <span role="status">{said.value}</span>
      </div>
    </details>
  );
}
