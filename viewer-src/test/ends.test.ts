import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, valueAt, type End } from "../src/core/ends.ts";
import type { Dense, Network } from "../src/core/network.ts";

function chain(...layers: [string, number[][], number[]][]): Network {
  const made = layers.map(([activation, weight, bias]): Dense => ({
    kind: "dense", activation, inputs: weight[0].length, outputs: weight.length,
    weight: Float64Array.from(weight.flat()), bias: Float64Array.from(bias),
  }));
  return { layers: made, inputs: made[0].inputs, outputs: made[made.length - 1].outputs };
}

function close(found: number, wanted: number): void {
  assert.ok(Math.abs(found - wanted) <= 1e-13 * Math.max(1, Math.abs(wanted)), `${found} for ${wanted}`);
}

function line(end: End | null, slope: number, intercept: number): void {
  assert.ok(end);
  assert.equal(end.waves[0].length, 0);
  close(end.slope[0], slope);
  close(end.intercept[0], intercept);
}

test("sigmoid nodes go to constants", () => {
  const found = ends(chain(["sigmoid", [[3], [-2]], [1, 1]], ["identity", [[2, 5]], [0.5]]));
  line(found.left, 0, 5.5);
  line(found.right, 0, 2.5);
});

test("relu nodes of any depth go to lines", () => {
  const tent: [string, number[][], number[]] = ["relu", [[1], [1]], [0, -0.5]];
  const found = ends(chain(tent, ["relu", [[2, -4], [2, -4]], [0, -0.5]], ["identity", [[2, -4]], [0]]));
  line(found.left, 0, 0);
  line(found.right, 0, 0); // the tent map comes back to 0, its slopes cancel
  const abs = ends(chain(["relu", [[1], [-1]], [0, 0]], ["identity", [[1, 1]], [0]]));
  line(abs.left, -1, 0);
  line(abs.right, 1, 0);
});

test("cosines of one frequency add up as phasors", () => {
  const { right } = ends(chain(["cosine", [[2], [-2]], [0.3, 1]], ["identity", [[1.5, 2]], [0.25]]));
  assert.ok(right);
  assert.equal(right.waves[0].length, 1);
  for (const s of [-7, 0, 0.1, 30]) {
    close(valueAt(right, 0, s), 1.5 * Math.cos(2 * s + 0.3) + 2 * Math.cos(1 - 2 * s) + 0.25);
  }
});

test("a snake is a line plus a wave of twice its frequency", () => {
  const { left } = ends(chain(["snake", [[3]], [0.5]], ["identity", [[2]], [1]]));
  assert.ok(left);
  close(left.slope[0], 6);
  close(left.waves[0][0].frequency, 6);
  for (const s of [-20, -1, 4]) close(valueAt(left, 0, s), 2 * (3 * s + 0.5 + Math.sin(3 * s + 0.5) ** 2) + 1);
});

test("other features stay at the base", () => {
  const network = chain(["tanh", [[1, 0], [0, 1]], [0, 0]], ["identity", [[1, 3]], [0]]);
  line(ends(network, 0, [99, 0.7]).right, 0, 1 + 3 * Math.tanh(0.7));
  line(ends(network, 1, [0.7, 99]).left, 0, Math.tanh(0.7) - 3);
});

test("a wave bent by a later layer, a corner that repeats, and a softmax have no closed form", () => {
  const open = { left: null, right: null };
  assert.deepEqual(ends(chain(["cosine", [[1]], [0]], ["tanh", [[1]], [0]], ["identity", [[1]], [0]])), open);
  assert.deepEqual(ends(chain(["saw", [[1]], [0]], ["identity", [[1]], [0]])), open);
  assert.deepEqual(ends(chain(["softmax", [[1], [2]], [0, 0]])), open);
});

test("a wave that stays on one side of a kink passes through", () => {
  const { right } = ends(chain(["sine", [[1]], [0]], ["relu", [[0.5]], [2]], ["identity", [[3]], [0]]));
  assert.ok(right);
  for (const s of [-3, 0, 11]) close(valueAt(right, 0, s), 3 * (0.5 * Math.sin(s) + 2));
});
