import assert from "node:assert/strict";
import { test } from "node:test";
import { activations, find } from "../src/core/activations.ts";
import { classes, classOf, scores } from "../src/core/boundaries.ts";
import { cancellation, contributions, outputLayer, share } from "../src/core/contributions.ts";
import { erf } from "../src/core/erf.ts";
import { fold, logits } from "../src/core/fold.ts";
import { dense, evaluate, fromFlat, type Dense, type Network } from "../src/core/network.ts";

const F = (...values: number[]): Float64Array => Float64Array.from(values);

function layer(activation: string, weight: number[][], bias: number[]): Dense {
  const [outputs, inputs] = [weight.length, weight[0].length];
  return { kind: "dense", activation, inputs, outputs, weight: F(...weight.flat()), bias: F(...bias) };
}

function chain(...layers: Network["layers"]): Network {
  const all = layers.filter((one) => one.kind === "dense") as Dense[];
  return { layers, inputs: all[0].inputs, outputs: all[all.length - 1].outputs };
}

// The memory of the third essay: f(0, 2) = (1 + √2)/2 and f(1/√2, 1/√2) = 1/2, exactly.
const R = Math.SQRT1_2;
const MEMORY = chain(
  layer("relu", [[1, 0], [R, R], [0, 1]], [-R, -R, -R]),
  layer("identity", [[0, (2 + Math.SQRT2) / 2, 0]], [0]),
);

test("the essay's memory answers as it must", () => {
  const { output } = evaluate(MEMORY, [F(1, R, 0, 0, 5 / 6), F(0, R, 2, 1, 1 / 3)]);
  const wanted = [0, 0.5, (1 + Math.SQRT2) / 2, 0, (1 + Math.SQRT2) / 12];
  wanted.forEach((value, s) => assert.ok(Math.abs(output[0][s] - value) < 1e-15, `${output[0][s]} for ${value}`));
});

test("a node that is switched off gives nothing to the layer behind, and keeps its own numbers", () => {
  const off = evaluate(MEMORY, [F(0), F(2)], new Set(["0.1"]));
  assert.equal(off.output[0][0], 0);
  assert.ok(off.layers[0].value[1][0] > 0.7);
  const parts = contributions(MEMORY, off, 0);
  assert.deepEqual([parts.values[1][0], parts.sum[0]], [0, 0]);
});

test("flat parameters are layer by layer, weights before biases", () => {
  const flat = dense(MEMORY).flatMap(({ weight, bias }) => [...weight, ...bias]);
  assert.deepEqual(fromFlat(MEMORY, [9, 9, ...flat], 2), MEMORY);
});

test("scaling is folded into the weights, or behind a bend becomes a layer", () => {
  const scale = { kind: "scale", shift: F(3), factor: F(2) } as const;
  const lines = fold(chain(scale, layer("identity", [[5]], [7]), scale));
  assert.deepEqual(lines.layers, [layer("identity", [[20]], [47])]);
  const bent = fold(chain(layer("tanh", [[1]], [0]), scale));
  assert.deepEqual(bent.layers[1], { ...layer("identity", [[2]], [3]), appended: true });
  assert.equal(outputLayer(bent), 0);
});

test("logits are what is before the output activation", () => {
  const network = chain(layer("sigmoid", [[2]], [1]), { kind: "scale", shift: F(5), factor: F(2) });
  assert.deepEqual(evaluate(logits(network), [F(3)]).output, [F(7)]);
  assert.equal(logits(MEMORY), MEMORY);
});

test("shares add up to one, and to nothing where nothing varies", () => {
  const values = [F(1, 2, 4), F(0, 1, -1)];
  const sum = F(1, 3, 3);
  const shares = share(values, sum);
  // Cov(c, f) / Var f by hand: means 7/3, 0 and 7/3, Var f = 8/9.
  assert.ok(Math.abs(shares[0] - 1) < 1e-15 && Math.abs(shares[1]) < 1e-15, String(shares));
  assert.deepEqual(share([F(1, 2), F(-1, -2)], F(0, 0)), [0, 0]);
  assert.equal(cancellation([F(1, 2), F(-1, -2)], F(0, 0)), Infinity);
  assert.equal(cancellation([F(1, 1)], F(1, 1)), 0);
});

test("outputs that saturation or rounding made equal are told apart by what they were before", () => {
  const bent = chain(layer("tanh", [[30], [40]], [0, 0]));
  const trace = evaluate(bent, [F(1, -1)]);
  assert.equal(trace.output[0][0], trace.output[1][0]);
  assert.deepEqual([...classes(scores(bent, trace), null)], [1, 0]);
  const soft = chain(layer("softmax", [[0], [1]], [0, 0]));
  assert.deepEqual([...classes(scores(soft, evaluate(soft, [F(1e-20)])), null)], [1]);
  const steps = chain(layer("relu", [[1], [2]], [0, 0])); // which does not keep the order below 0
  assert.deepEqual([...classes(scores(steps, evaluate(steps, [F(-1)])), null)], [0]);
});

test("a softmax of large numbers does not overflow", () => {
  const { output } = evaluate(chain(layer("softmax", [[1], [0], [-1]], [0, 0, 0])), [F(800, -800)]);
  assert.deepEqual(output.map((node) => [...node]), [[1, 0], [0, 0], [0, 1]]);
});

test("one output is compared with its threshold, the largest of several wins", () => {
  assert.deepEqual([classOf([0.5], 0.5), classOf([0.4], 0.5), classOf([1, 3, 3], null)], [1, 0, 1]);
});

test("what is no number stays none, so that a diverged curve is not drawn", () => {
  for (const [name, row] of Object.entries(activations)) {
    if (name !== "step") assert.ok(Number.isNaN(row.value(NaN)), name);
  }
});

test("an unknown activation is refused", () => {
  for (const name of ["constructor", "relu(0.2)", "leaky_relu()", "leaky_relu(-1)", "leaky_relu(x)"]) {
    assert.throws(() => find(name), { message: `An activation must be one this page knows. Got ${name}.` });
  }
});

test("a number in brackets is the parameter", () => {
  assert.equal(find("leaky_relu(0.2)").value(-10), -2);
  assert.deepEqual(find("elu(1.5e-1)").left, { slope: 0, intercept: -0.15 });
});

test("erf at its ends", () => {
  assert.deepEqual([erf(0), erf(7), erf(-7), erf(Infinity), erf(-Infinity)], [0, 1, -1, 1, -1]);
  assert.ok(Number.isNaN(erf(NaN)));
});

test("a layer's nodes are those of its Dense layers", () => {
  assert.deepEqual(dense(MEMORY).map((one) => one.outputs), [3, 1]);
});
