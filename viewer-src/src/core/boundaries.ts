// Which class a network says: by its largest output, or of one output by its threshold.
import { find } from "./activations.ts";
import { dense, type Network, type Trace } from "./network.ts";

/**
 * Returns what decides: the outputs, or what they were before the output activation where that keeps their order, which
 * tells apart what saturated outputs do not. Of one output the output itself, which is compared with a threshold.
 */
export function scores(network: Network, trace: Trace): readonly Float64Array[] {
  const layers = dense(network);
  const strict = find(layers[layers.length - 1].activation);
  const ends = network.layers[network.layers.length - 1].kind === "dense";
  const inner = network.outputs > 1 && ends && strict.rising && !strict.straight;
  return inner ? trace.layers[layers.length - 1].pre : trace.output;
}

const FAR = 750; // exp of anything beyond it is 0 or infinite

/** Returns which pre-activation of a rising activation stands for an output. */
export function before(activation: string, output: number): number {
  const { value } = find(activation);
  let low = -FAR;
  let high = FAR;
  for (let i = 0; i < 70; i++) {
    const middle = (low + high) / 2;
    if (value(middle) >= output) high = middle;
    else low = middle;
  }
  return Math.abs(high) < 1e-12 ? 0 : high;
}

/** Returns the class of one sample, as an index: the first of the largest values, or of one value by `threshold`. */
export function classOf(values: readonly number[], threshold: number | null): number {
  if (values.length === 1) return values[0] >= (threshold ?? 0) ? 1 : 0;
  let most = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[most]) most = i;
  return most;
}

/** Returns the class of every sample [sample], as indices, given one array per output. */
export function classes(values: readonly Float64Array[], threshold: number | null): Int32Array {
  const row = values.map(() => 0);
  return Int32Array.from({ length: values[0].length }, (_, s) => {
    for (let i = 0; i < row.length; i++) row[i] = values[i][s];
    return classOf(row, threshold);
  });
}
