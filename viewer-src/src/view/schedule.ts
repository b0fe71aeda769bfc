// Drawing at most once a frame, and only what is on the screen.

import { effect, type ReadonlySignal } from "@preact/signals";

const waiting = new Set<() => void>();

function flush(): void {
  const now = [...waiting];
  waiting.clear();
  for (const draw of now) draw();
}

function soon(draw: () => void): void {
  if (waiting.size === 0) requestAnimationFrame(flush);
  waiting.add(draw);
}

/**
 * Draw now, and in the next frame after any signal that `draw` read has changed; while it is not `visible`, later.
 * Returns what ends it.
 */
export function schedule(draw: () => void, visible: ReadonlySignal<boolean>): () => void {
  let stop = () => {};
  // An effect draws once and remembers what was read. When that changes it asks for a frame, in which a new one begins:
  // so however many signals change, there is one drawing.
  const begin = () => {
    stop();
    let drawn = false;
    stop = effect(() => {
      if (!visible.value) return;
      if (drawn) {
        soon(begin);
        return;
      }
      draw();
      drawn = true;
    });
  };
  begin();
  return () => {
    waiting.delete(begin);
    stop();
  };
}
