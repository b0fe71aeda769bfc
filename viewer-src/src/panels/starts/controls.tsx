// Walking over the starts without a keyboard, and the way back.

import type { Scene } from "../../state/scene.ts";
import { showStart, shownStart, startsOf } from "../../state/starts.ts";

export function Controls({ scene }: { scene: Scene }) {
  const { order, rank, best } = startsOf(scene.doc);
  const start = shownStart(scene);
  const go = (place: number) => showStart(scene, order[place]);
  return (
    <div class="nw-switches">
      <span>
        Shown everywhere: <strong>start {start + 1}</strong>
        {start === best ? ", the kept one" : `, place ${rank[start] + 1} of ${order.length}`}
      </span>
      <button type="button" disabled={rank[start] === 0} onClick={() => go(rank[start] - 1)}>
        Better
      </button>
      <button type="button" disabled={rank[start] === order.length - 1} onClick={() => go(rank[start] + 1)}>
        Worse
      </button>
      {start !== best && (
        <button type="button" onClick={() => showStart(scene, best)}>
          Back to the kept one
        </button>
      )}
    </div>
  );
}
