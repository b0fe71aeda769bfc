// The slider over all snapshots, and playing through them.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { MovieMenu } from "./movie_menu.tsx";
import type { Scene } from "../state/scene.ts";
import { nice } from "../core/numbers.ts";
import { shownStart, startsOf } from "../state/starts.ts";
import { goToSnapshot } from "../state/steps.ts";

const SECONDS = 8; // from the first snapshot to the last

export function Transport({ scene }: { scene: Scene }) {
  const playing = useSignal(false);
  const last = scene.snapshots - 1;

  useEffect(() => {
    if (!playing.value) return;
    // With reduced motion the picture moves in few steps instead of gliding.
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let begun: number | null = null;
    const from = scene.snapshot.peek() >= last ? 0 : scene.snapshot.peek();
    let asked = requestAnimationFrame(function frame(now) {
      begun ??= now;
      const at = from + ((now - begun) / (1000 * SECONDS)) * last;
      goToSnapshot(scene, calm ? Math.floor(at / (last / 8)) * (last / 8) : at);
      if (at >= last) {
        goToSnapshot(scene, last);
        playing.value = false;
        return;
      }
      asked = requestAnimationFrame(frame);
    });
    return () => cancelAnimationFrame(asked);
  }, [playing.value]);

  const shown = shownStart(scene);
  const other = shown === startsOf(scene.doc).best ? null : shown;
  const keys = (event: KeyboardEvent) => {
    if (event.key !== " ") return;
    event.preventDefault();
    playing.value = !playing.value;
  };
  return (
    <div class="nw-transport" role="group" aria-label="Training">
      <button type="button" class="nw-play" onClick={() => (playing.value = !playing.value)}>
        {playing.value ? "Pause" : "Play"}
      </button>
      <input
        type="range"
        min={0}
        max={last}
        step={1}
        value={scene.snapshot.value}
        aria-label="Step of the training"
        aria-valuetext={`step ${scene.step.value}`}
        onInput={(event) => {
          playing.value = false;
          goToSnapshot(scene, Number(event.currentTarget.value));
        }}
        onKeyDown={keys}
      />
      <output>
        {other === null ? `step ${scene.step.value}` : `start ${other + 1}, at its end`}
        <Loss scene={scene} start={other} />
      </output>
      <MovieMenu scene={scene} />
      {scene.view.snapshot.value !== null && (
        <button type="button" onClick={() => (scene.view.snapshot.value = null)}>
          To the kept one
        </button>
      )}
    </div>
  );
}

/** The loss of the step, or of another start than the kept one at its end. */
function Loss({ scene, start }: { scene: Scene; start: number | null }) {
  const losses = scene.doc.tensors.get("losses")?.data;
  const loss = start === null ? losses?.[scene.step.value] : startsOf(scene.doc).losses[start];
  return loss === undefined ? null : <span class="nw-faint"> · loss {nice(loss)}</span>;
}
