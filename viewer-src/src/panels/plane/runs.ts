// Along one feature: which class is said where, and where that changes.

import type { Decision } from "./decision.ts";

export interface Run {
  from: number;
  to: number;
  winner: number;
}

/** The class said at every point. */
export function winners({ scores, single }: Decision): Int32Array {
  return Int32Array.from(scores[0], (_, at) => {
    let best = 0;
    for (let code = 1; code < scores.length; code++) {
      const [value, most] = [scores[code][at], scores[best][at]];
      if (value > most || (single && value === most)) best = code;
    }
    return best;
  });
}

/** Runs of one class along x; they change where two scores, taken to run straight from point to point, are equal. */
export function runs(x: Float64Array, decision: Decision): Run[] {
  const said = winners(decision);
  const found: Run[] = [{ from: x[0], to: x[x.length - 1], winner: said[0] }];
  for (let at = 1; at < x.length; at++) {
    if (said[at] === said[at - 1]) continue;
    const [one, other] = [decision.scores[said[at - 1]], decision.scores[said[at]]];
    const before = one[at - 1] - other[at - 1];
    const after = other[at] - one[at];
    const part = before + after > 0 ? before / (before + after) : 0.5;
    const place = x[at - 1] + part * (x[at] - x[at - 1]);
    found[found.length - 1].to = place;
    found.push({ from: place, to: x[x.length - 1], winner: said[at] });
  }
  return found;
}
