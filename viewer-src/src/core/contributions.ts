// What each node of the last hidden layer contributes to an output: as nodewise.inspection.contributions.
import { nodeKey, type Dense, type Network, type Trace } from "./network.ts";

export interface Contributions {
  /** Per node of the last hidden layer [sample]; of a linear model per feature. */
  readonly values: Float64Array[];
  readonly bias: number;
  /** What they add up to: the output, or the pre-activation of an output layer that bends. */
  readonly of: "output" | "pre-activation";
  /** Values and bias added up [sample]. */
  readonly sum: Float64Array;
}

const CONSTANT = 1e-13; // a variation this small beside the numbers it comes from is rounding

/** Returns the contributions to an output, given the trace of `folded` itself; a node switched off contributes 0. */
export function contributions(folded: Network, trace: Trace, output: number): Contributions {
  const layers = folded.layers as readonly Dense[];
  const index = outputLayer(folded);
  const last = layers[index];
  const nodes = index ? trace.layers[index - 1].value : trace.input;
  const values = nodes.map((node, i) => {
    const off = index > 0 && trace.silent.has(nodeKey(index - 1, i));
    return times(node, off ? 0 : last.weight[output * last.inputs + i]);
  });
  const bias = last.bias[output];
  const of = last.activation === "identity" ? "output" : "pre-activation";
  return { values, bias, of, sum: added(values, bias) };
}

/** Returns the place of the output layer: the last, unless a scaling behind its activation became a layer. */
export function outputLayer(folded: Network): number {
  const end = folded.layers.length - 1;
  const last = folded.layers[end];
  return last.kind === "dense" && last.appended ? end - 1 : end;
}

/** Returns Cov(c, f) / Var f for each c of `values`, f their sum; all 0 where it does not vary. */
export function share(values: readonly Float64Array[], sum: Float64Array): number[] {
  const { parts, whole, variance } = centredParts(values, sum);
  return parts.map((part) => (variance ? dot(part, whole) / sum.length / variance : 0));
}

/** Returns √(Σ Var c / Var f): above 1 where the parts cancel each other, infinite where they do entirely. */
export function cancellation(values: readonly Float64Array[], sum: Float64Array): number {
  const { parts, variance, magnitude } = centredParts(values, sum);
  let total = 0;
  for (const part of parts) total += dot(part, part) / sum.length;
  if (variance) return Math.sqrt(total / variance);
  return Math.sqrt(total) > CONSTANT * magnitude ? Infinity : 0;
}

interface Parts {
  parts: Float64Array[];
  whole: Float64Array;
  /** 0 where it is rounding. */
  variance: number;
  magnitude: number;
}

// The centred parts add up to the centred output; so added, no bias beside which they are small costs digits.
function centredParts(values: readonly Float64Array[], sum: Float64Array): Parts {
  const parts = values.map(centred);
  const whole = added(parts, 0);
  let magnitude = Math.abs(values.reduce((rest, value) => rest - value[0], sum[0]));
  for (const value of values) magnitude += largest(value);
  const variance = dot(whole, whole) / sum.length;
  return { parts, whole, variance: Math.sqrt(variance) <= CONSTANT * magnitude ? 0 : variance, magnitude };
}

function times(column: Float64Array, factor: number): Float64Array {
  const out = new Float64Array(column.length);
  for (let s = 0; s < out.length; s++) out[s] = factor * column[s];
  return out;
}

function added(columns: readonly Float64Array[], start: number): Float64Array {
  const sum = new Float64Array(columns[0].length).fill(start);
  for (const column of columns) for (let s = 0; s < sum.length; s++) sum[s] += column[s];
  return sum;
}

function centred(column: Float64Array): Float64Array {
  let mean = 0;
  for (const value of column) mean += value;
  mean /= column.length;
  const out = new Float64Array(column.length);
  for (let s = 0; s < out.length; s++) out[s] = column[s] - mean;
  return out;
}

function largest(column: Float64Array): number {
  let most = 0;
  for (const value of column) most = Math.max(most, Math.abs(value));
  return most;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < one.length; s++) sum += one[s] * other[s];
  return sum;
}
