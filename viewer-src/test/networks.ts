<<<<<<< HEAD
// Random networks for tests, the same on every run.

import type { Dense, Network } from "../src/core/network.ts";

/** Numbers from 0 to 1 that a seed decides: the generator mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function network(sizes: readonly number[], activation: string, last: string, seed: number): Network {
  const next = random(seed);
  const numbers = (count: number) => Float64Array.from({ length: count }, () => 4 * next() - 2);
  const layers = sizes.slice(1).map((outputs, at): Dense => ({
    kind: "dense",
    activation: at === sizes.length - 2 ? last : activation,
    inputs: sizes[at],
    outputs,
    weight: numbers(outputs * sizes[at]),
    bias: numbers(outputs),
  }));
  return { layers, inputs: sizes[0], outputs: sizes[sizes.length - 1] };
=======
// Networks for tests, written out.

import type { Dense, Network } from "../src/core/network.ts";

/** A network of layers given as [activation, weights per node, biases]. */
export function chain(...layers: [string, number[][], number[]][]): Network {
  const made = layers.map(([activation, weight, bias]): Dense => ({
    kind: "dense",
    activation,
    inputs: weight[0].length,
    outputs: weight.length,
    weight: Float64Array.from(weight.flat()),
    bias: Float64Array.from(bias),
  }));
  return { layers: made, inputs: made[0].inputs, outputs: made[made.length - 1].outputs };
}

/** `count` numbers from low to high. */
export function spread(low: number, high: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** The columns of the points of a grid, index j · columns + i. */
export function mesh(x: Float64Array, y: Float64Array): Float64Array[] {
  const size = x.length * y.length;
  return [
    Float64Array.from({ length: size }, (_, at) => x[at % x.length]),
    Float64Array.from({ length: size }, (_, at) => y[Math.floor(at / x.length)]),
  ];
}

/** Numbers from 0 to 1 that are the same every time. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
>>>>>>> plane
}
