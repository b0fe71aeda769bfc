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

/** Returns weights and biases as one flat array, in the order `fromFlat` reads. */
export function toFlat(network: Network): Float64Array {
  return Float64Array.from(dense(network).flatMap((layer) => [...layer.weight, ...layer.bias]));
}

/** Returns the Dense layers; the last is the output layer. */
export function dense(network: Network): Dense[] {
  return network.layers.filter((layer): layer is Dense => layer.kind === "dense");
}

/** Returns the numbers of features, of nodes per hidden layer, and of outputs. */
export function sizes(network: Network): number[] {
  return [network.inputs, ...dense(network).map((layer) => layer.outputs)];
}

/** Returns the equal network of Dense layers alone, scaling multiplied into the weights next to it. */
export function fold(network: Network): Network {
  const folded: Dense[] = [];
  let [shift, factor] = neutral(network.inputs);
  for (const layer of network.layers) {
    if (layer.kind === "scale") {
      shift = shift.map((value, i) => layer.shift[i] + layer.factor[i] * value);
      factor = factor.map((value, i) => layer.factor[i] * value);
    } else {
      folded.push(scaledInputs(layer, shift, factor));
      [shift, factor] = neutral(layer.outputs);
    }
  }
  if (factor.some((value) => value !== 1) || shift.some((value) => value !== 0)) scaleOutputs(folded, shift, factor);
  return { ...network, layers: folded };
}

function neutral(length: number): [Float64Array, Float64Array] {
  return [new Float64Array(length), new Float64Array(length).fill(1)];
}

function scaledInputs(layer: Dense, shift: Float64Array, factor: Float64Array): Dense {
  const { inputs, outputs } = layer;
  const weight = layer.weight.map((value, i) => value * factor[i % inputs]);
  const bias = Float64Array.from(layer.bias);
  for (let j = 0; j < outputs; j++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += layer.weight[j * inputs + i] * shift[i];
    bias[j] += sum;
  }
  return { ...layer, weight, bias };
}

/** Multiplies a scaling into the last layer, or, behind an activation that bends, appends it as a layer. */
function scaleOutputs(folded: Dense[], shift: Float64Array, factor: Float64Array): void {
  const last = folded[folded.length - 1];
  const { inputs, outputs } = last;
  if (last.activation === "identity") {
    const weight = last.weight.map((value, i) => factor[Math.floor(i / inputs)] * value);
    const bias = last.bias.map((value, i) => factor[i] * value + shift[i]);
    folded[folded.length - 1] = { ...last, weight, bias };
    return;
  }
  const weight = new Float64Array(outputs * outputs);
  factor.forEach((value, i) => (weight[i * outputs + i] = value));
  folded.push({ kind: "dense", activation: "identity", inputs: outputs, outputs, weight, bias: shift, appended: true });
}

/** Returns the network before its output activation, and before a scaling behind that. */
export function logits(network: Network): Network {
  const last = network.layers.findLastIndex((layer) => layer.kind === "dense");
  const output = network.layers[last] as Dense;
  if (output.activation === "identity") return network;
  return { ...network, layers: [...network.layers.slice(0, last), { ...output, activation: "identity" }] };
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
  const samples = values[0].length;
  return Array.from({ length: layer.outputs }, (_, j) => {
    const out = new Float64Array(samples);
    for (let i = 0; i < layer.inputs; i++) addTimes(out, values[i], layer.weight[j * layer.inputs + i]);
    const bias = layer.bias[j];
    for (let s = 0; s < samples; s++) out[s] += bias;
    return out;
  });
}

function addTimes(out: Float64Array, column: Float64Array, weight: number): void {
  for (let s = 0; s < out.length; s++) out[s] += weight * column[s];
}

function activate(layer: Dense, pre: Float64Array[]): Computed {
  const row = find(layer.activation);
  if (layer.activation === "identity") return { pre, value: pre };
  const value = pre.map((node) => new Float64Array(node.length));
  if (row.apply) row.apply(pre, value);
  else pre.forEach((node, j) => apply(row.value, node, value[j]));
  return { pre, value };
}

function apply(phi: (z: number) => number, node: Float64Array, out: Float64Array): void {
  for (let s = 0; s < out.length; s++) out[s] = phi(node[s]);
}
