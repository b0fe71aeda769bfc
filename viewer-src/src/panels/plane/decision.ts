// How a classifier decides over a grid: one score per class, of which the largest wins, and how far it is ahead.

import { find } from "../../core/activations.ts";
import { before, scores } from "../../core/boundaries.ts";
import { dense, type Network, type Trace } from "../../core/network.ts";
import { levelLines, type Pieces } from "../../draw/levels.ts";

export interface Decision {
  /** Per class [point]; the first of the largest wins. */
  scores: readonly Float64Array[];
  /** Per class [point]: the lead of one over the others is the margin, in the unit of the outputs. */
  outputs: readonly Float64Array[];
  /** Whether the second of two classes wins where they are level: that of one output, which begins at its threshold. */
  single: boolean;
  /** The margin from which a class is as sure as it gets. */
  full: number;
}

/** The decision of a network whose trace is given; `threshold` is that of one output. */
export function decide(network: Network, trace: Trace, threshold: number): Decision {
  const found = scores(network, trace);
  if (found.length > 1) return { scores: found, outputs: trace.output, single: false, full: fullLead(network, trace) };
  const [output] = trace.output;
  const [score, level] = bent(network, trace, threshold);
  const against = (value: number) => new Float64Array(output.length).fill(value);
  const { low, high } = outputRange(network);
  const full = Number.isFinite(high - low)
    ? Math.max(threshold - low, high - threshold)
    : output.reduce((most, value) => Math.max(most, Math.abs(value - threshold)), 0);
  return { scores: [against(level), score], outputs: [against(threshold), output], single: true, full };
}

/** Ends of what the outputs can be, if their activation says so. */
export function outputRange(network: Network): { low: number; high: number } {
  const layers = dense(network);
  const { low, high } = find(layers[layers.length - 1].activation);
  return { low, high };
}

/** One output and its threshold as they were before an activation that rises, where the boundary bends least. */
function bent(network: Network, trace: Trace, threshold: number): [Float64Array, number] {
  const layers = dense(network);
  const { activation } = layers[layers.length - 1];
  const { rising, straight } = find(activation);
  const scaled = network.layers[network.layers.length - 1].kind !== "dense";
  if (!rising || straight || scaled) return [trace.output[0], threshold];
  return [trace.layers[layers.length - 1].pre[0], before(activation, threshold)];
}

function fullLead(network: Network, trace: Trace): number {
  const { low, high } = outputRange(network);
  if (Number.isFinite(high - low)) return high - low;
  let most = 0;
  const values = trace.output;
  for (let at = 0; at < values[0].length; at++) {
    let [first, second] = [-Infinity, -Infinity];
    for (const value of values) {
      if (value[at] > first) [first, second] = [value[at], first];
      else if (value[at] > second) second = value[at];
    }
    if (first - second > most) most = first - second;
  }
  return most;
}

/** How far one class is ahead of the best of the others [point]; below 0 where it does not win. */
export function lead(values: readonly Float64Array[], of: number): Float64Array {
  return values[of].map((value, at) => {
    let best = -Infinity;
    for (let other = 0; other < values.length; other++) if (other !== of) best = Math.max(best, values[other][at]);
    return value - best;
  });
}

/** The lines between the classes; every line divides two, so that of the last class comes with the others'. */
export function boundary(decision: Decision, x: Float64Array, y: Float64Array): Pieces[] {
  const all = decision.scores;
  return all.slice(0, -1).map((_, of) => levelLines(lead(all, of), x, y, 0));
}
