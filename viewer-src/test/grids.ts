// Networks for tests, written out, and the points of grids.

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
