import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "../src/core/network.ts";
import { pointsFor } from "../src/state/points.ts";

function wave(activation: string, weights: number[]): Network {
  const zeros = (count: number) => new Float64Array(count);
  const first = { kind: "dense" as const, activation, inputs: 1, outputs: weights.length };
  const last = { kind: "dense" as const, activation: "identity", inputs: weights.length, outputs: 1 };
  return {
    layers: [
      { ...first, weight: Float64Array.from(weights), bias: zeros(weights.length) },
      { ...last, weight: zeros(weights.length), bias: zeros(1) },
    ],
    inputs: 1,
    outputs: 1,
  };
}

test("sixteen points to each wave of the fastest node", () => {
  assert.equal(pointsFor(wave("cosine", [1, -2 * Math.PI]), 0, [0, 100], 400), 1600);
  assert.equal(pointsFor(wave("saw", [3]), 0, [0, 50], 400), 2400);
  assert.equal(pointsFor(wave("snake", [Math.PI]), 0, [0, 100], 400), 1600);
});

test("never fewer than asked for, and not without end", () => {
  assert.equal(pointsFor(wave("cosine", [1]), 0, [-20, 20], 400), 400);
  assert.equal(pointsFor(wave("tanh", [1e6]), 0, [-20, 20], 400), 400);
  assert.equal(pointsFor(wave("cosine", [1]), 0, [-1e7, 1e7], 400), 4000);
});
