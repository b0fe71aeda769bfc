// What each node of the last hidden layer compares with its input, and whether it fires.
// As nodewise.inspection.memories.
import { find } from "./activations.ts";
import type { Document } from "./document.ts";
import { dense, fromDocument, type Dense, type Network, type Trace } from "./network.ts";
import { nice } from "./numbers.ts";
import { dot, length } from "./svd.ts";

/** shift + factor·x: the scaling in front of a layer. */
export interface Scaling {
  shift: Float64Array;
  factor: Float64Array;
}

/** Of one input; arrays per node. */
export interface Memories {
  rowLength: Float64Array;
  inputLength: number;
  /** 0 where either has no length. */
  cosine: Float64Array;
  dot: Float64Array;
  /** The dot product at which the pre-activation is 0. */
  threshold: Float64Array;
  pre: Float64Array;
  activation: Float64Array;
  fires: boolean[];
  /** The activation above which a node fires. */
  level: number;
  /** Whether rows differ in length by more than twice: then the dot product is no similarity. */
  uneven: boolean;
}

const UNEVEN = 2;

/** Returns the scaling in front of the last hidden layer of the document's network, which `fold` multiplied in. */
export function scalingOf(doc: Document): Scaling {
  const network = fromDocument(doc);
  const last = dense(network).at(-2) ?? dense(network)[0];
  const shift = new Float64Array(last.inputs);
  const factor = new Float64Array(last.inputs).fill(1);
  const at = network.layers.indexOf(last);
  let from = at;
  while (from > 0 && network.layers[from - 1].kind === "scale") from -= 1;
  for (const layer of network.layers.slice(from, at)) {
    if (layer.kind !== "scale") continue;
    for (let i = 0; i < shift.length; i++) {
      shift[i] = layer.shift[i] + layer.factor[i] * shift[i];
      factor[i] *= layer.factor[i];
    }
  }
  return { shift, factor };
}

/**
 * Returns how an input is compared with the rows of the last hidden layer, in the space the layer compares in.
 *
 * @param folded Of dense layers alone.
 * @param scaling That in front of the layer, taken out of its weights again.
 * @param trace Of `folded` at one point.
 */
export function memories(folded: Network, scaling: Scaling, trace: Trace, index: number): Memories {
  const layer = folded.layers[index] as Dense;
  const { shift, factor } = scaling;
  const read = index ? trace.layers[index - 1].value : trace.input;
  const silent = (i: number) => index > 0 && trace.silent.has(`${index - 1}.${i}`);
  const seen = Float64Array.from(read, (values, i) => shift[i] + factor[i] * (silent(i) ? 0 : values[0]));
  const rows = rowsOf(layer, factor);
  const rowLength = Float64Array.from(rows, length);
  const inputLength = length(seen);
  const products = Float64Array.from(rows, (row) => dot(row, seen));
  const activation = Float64Array.from(trace.layers[index].value, (values) => values[0]);
  const level = levelOf(layer.activation);
  return {
    rowLength,
    inputLength,
    cosine: Float64Array.from(rows, (row, node) => cosine(row, seen, rowLength[node], inputLength)),
    dot: products,
    threshold: Float64Array.from(rows, (row, node) => dot(row, shift) - layer.bias[node]),
    pre: Float64Array.from(trace.layers[index].pre, (values) => values[0]),
    activation,
    fires: Array.from(activation, (value) => value > level),
    level,
    uneven: uneven(rowLength),
  };
}

function rowsOf(layer: Dense, factor: Float64Array): Float64Array[] {
  return Array.from({ length: layer.outputs }, (_, node) =>
    Float64Array.from(factor, (value, i) => (value ? layer.weight[node * layer.inputs + i] / value : 0)));
}

function cosine(row: Float64Array, seen: Float64Array, rowLength: number, inputLength: number): number {
  if (!rowLength || !inputLength) return 0;
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += (row[i] / rowLength) * (seen[i] / inputLength);
  return Math.min(1, Math.max(-1, sum));
}

function uneven(lengths: Float64Array): boolean {
  const there = lengths.filter((size) => size > 0);
  return there.length > 0 && Math.max(...there) > UNEVEN * Math.min(...there);
}

function bounded(activation: string): boolean {
  const { low, high } = find(activation);
  return Number.isFinite(low) && Number.isFinite(high);
}

/** Returns the middle of the activation's range, or, where that is not finite, its value at pre-activation 0. */
export function levelOf(activation: string): number {
  const { low, high, value } = find(activation);
  return bounded(activation) ? (low + high) / 2 : value(0);
}

/** Returns in words when a node fires, such as "relu above 0". */
export function ruleOf(activation: string): string {
  const said = `${activation} above ${nice(levelOf(activation))}`;
  if (bounded(activation)) return `${said}, the middle of its range`;
  return levelOf(activation) === 0 ? said : `${said}, its value at the threshold`;
}
