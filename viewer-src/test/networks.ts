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
}
