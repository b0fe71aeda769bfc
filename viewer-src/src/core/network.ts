// A network as data: a chain of layers, and what it computes. Arithmetic is float64 throughout.
import { find } from "./activations.ts";
import { numbers, type Document } from "./document.ts";

export interface Dense {
  readonly kind: "dense";
  readonly activation: string;
  readonly inputs: number;
  readonly outputs: number;
  /** [node, feature], row after row. */
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  /** Whether it is a scaling behind the output activation, which `fold` made a layer of. */
  readonly appended?: true;
}

/** shift + factor·x, feature by feature. */
export interface Scale {
  readonly kind: "scale";
  readonly shift: Float64Array;
  readonly factor: Float64Array;
}

export type Layer = Dense | Scale;

export interface Network {
  readonly layers: readonly Layer[];
  readonly inputs: number;
  readonly outputs: number;
}

/** What one Dense layer computed, per node [sample]. */
export interface Computed {
  readonly pre: Float64Array[];
  readonly value: Float64Array[];
}

export interface Trace {
  /** Per feature [sample]. */
  readonly input: readonly Float64Array[];
  /** Per Dense layer. */
  readonly layers: Computed[];
  /** Per output [sample]. */
  readonly output: Float64Array[];
  /** The nodes that are switched off, "layer.node". */
  readonly silent: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** Returns the final network of a document. */
export function fromDocument(doc: Document): Network {
  const { sizes, layers } = doc.network;
  let at = 0;
  const chain = layers.map((layer, i): Layer => {
    const array = (name: string): Float64Array => Float64Array.from(numbers(doc, `network.${i}.${name}`));
    if (layer.kind === "scale") return { kind: "scale", shift: array("shift"), factor: array("factor") };
    const [inputs, outputs] = [sizes[at], sizes[++at]];
    const activation = layer.activation ?? "identity";
    return { kind: "dense", activation, inputs, outputs, weight: array("weight"), bias: array("bias") };
  });
  return { layers: chain, inputs: sizes[0], outputs: sizes[sizes.length - 1] };
}

/** Returns `template` with its weights and biases replaced by those of flat parameters, beginning at `offset`. */
export function fromFlat(template: Network, flat: ArrayLike<number>, offset = 0): Network {
  let at = offset;
  const take = (length: number): Float64Array => {
    const taken = new Float64Array(length);
    for (let i = 0; i < length; i++) taken[i] = flat[at++];
    return taken;
  };
  const layers = template.layers.map((layer): Layer =>
    layer.kind === "scale" ? layer : { ...layer, weight: take(layer.weight.length), bias: take(layer.bias.length) });
  return { ...template, layers };
}

/** Returns the Dense layers; the last is the output layer. */
export function dense(network: Network): Dense[] {
  return network.layers.filter((layer): layer is Dense => layer.kind === "dense");
}

/** Returns the name of a node for sets of nodes: "layer.node", both counted from 0. */
export function nodeKey(layer: number, node: number): string {
  return `${layer}.${node}`;
}

/**
 * Returns what every node computes.
 *
 * @param x One array per feature, each [sample].
 * @param silent Nodes of hidden layers that are switched off ("layer.node"): the layer behind reads 0 from them. Their
 *   own arrays in the trace stay what they would be.
 */
export function evaluate(network: Network, x: readonly Float64Array[], silent: ReadonlySet<string> = NONE): Trace {
  const layers: Computed[] = [];
  let values: readonly Float64Array[] = x;
  for (const layer of network.layers) {
    if (layer.kind === "scale") {
      values = values.map((column, i) => scaled(column, layer.shift[i], layer.factor[i]));
    } else {
      const computed = activate(layer, preActivations(layer, values));
      const index = layers.length;
      layers.push(computed);
      values = computed.value;
      if (silent.size) values = values.map((node, i) => (silent.has(nodeKey(index, i)) ? silence(node) : node));
    }
  }
  return { input: x, layers, output: values as Float64Array[], silent };
}

function silence(node: Float64Array): Float64Array {
  return new Float64Array(node.length);
}

function scaled(column: Float64Array, shift: number, factor: number): Float64Array {
  const out = new Float64Array(column.length);
  for (let s = 0; s < out.length; s++) out[s] = shift + factor * column[s];
  return out;
}

function preActivations(layer: Dense, values: readonly Float64Array[]): Float64Array[] {
  const nodes = blocks(layer.outputs, values[0].length);
  nodes.forEach((out, j) => {
    const at = j * layer.inputs;
    let i = layer.inputs % 4;
    startWith(out, layer.bias[j]);
    for (let k = 0; k < i; k++) addTimes(out, values[k], layer.weight[at + k]);
    for (; i < layer.inputs; i += 4) addFour(out, values, i, layer.weight, at + i);
  });
  return nodes;
}

/** One array per node, next to each other in memory. */
function blocks(nodes: number, samples: number): Float64Array[] {
  const all = new Float64Array(nodes * samples);
  return Array.from({ length: nodes }, (_, j) => all.subarray(j * samples, (j + 1) * samples));
}

function startWith(out: Float64Array, bias: number): void {
  for (let s = 0; s < out.length; s++) out[s] = bias;
}

function addTimes(out: Float64Array, column: Float64Array, weight: number): void {
  for (let s = 0; s < out.length; s++) out[s] += weight * column[s];
}

/** Adds four columns at once: the sums are read and written a quarter as often. */
function addFour(
  out: Float64Array, values: readonly Float64Array[], i: number, weight: Float64Array, at: number,
): void {
  const [a, b, c, d] = [values[i], values[i + 1], values[i + 2], values[i + 3]];
  const [p, q, r, t] = [weight[at], weight[at + 1], weight[at + 2], weight[at + 3]];
  for (let s = 0; s < out.length; s++) out[s] += p * a[s] + q * b[s] + r * c[s] + t * d[s];
}

function activate(layer: Dense, pre: Float64Array[]): Computed {
  const row = find(layer.activation);
  if (layer.activation === "identity") return { pre, value: pre };
  const value = blocks(pre.length, pre[0].length);
  if (row.apply) row.apply(pre, value);
  else pre.forEach((node, j) => apply(row.value, node, value[j]));
  return { pre, value };
}

function apply(phi: (z: number) => number, node: Float64Array, out: Float64Array): void {
  for (let s = 0; s < out.length; s++) out[s] = phi(node[s]);
}
