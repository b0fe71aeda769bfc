import assert from "node:assert/strict";
import { test } from "node:test";
import { classes, scores } from "../src/core/boundaries.ts";
import { evaluate } from "../src/core/network.ts";
import { boundary, decide } from "../src/panels/plane/decision.ts";
import { regionPixels } from "../src/panels/plane/pixels.ts";
import { runs, winners } from "../src/panels/plane/runs.ts";
import { chain, mesh, spread } from "./grids.ts";

const X = spread(-3, 2, 41);
const Y = spread(-1, 4, 41);

test("the boundary of a linear classifier of one output is its straight line", () => {
  // σ(2x - 3y + 1) reaches 0.8 where 2x - 3y + 1 = log 4.
  const network = chain(["sigmoid", [[2, -3]], [1]]);
  const lines = boundary(decide(network, evaluate(network, mesh(X, Y)), 0.8), X, Y);
  assert.equal(lines.length, 1);
  const { xs, ys } = lines[0];
  assert.ok(xs.length > 60);
  xs.forEach((x, i) => {
    if (!Number.isNaN(x)) assert.ok(Math.abs(2 * x - 3 * ys[i] + 1 - Math.log(4)) < 1e-6);
  });
});

test("three classes of a linear softmax meet in straight lines, each between two that are level", () => {
  const weight = [[1, 0], [-1, 2], [0.5, -1.5]];
  const network = chain(["softmax", weight, [0.2, -0.4, 0.6]]);
  const lines = boundary(decide(network, evaluate(network, mesh(X, Y)), 0), X, Y);
  const near = 5 / 40; // within a cell of where all three meet a line is cut straight across it
  let seen = 0;
  for (const { xs, ys } of lines) {
    xs.forEach((x, i) => {
      if (Number.isNaN(x)) return;
      const logits = weight.map(([a, b], k) => a * x + b * ys[i] + [0.2, -0.4, 0.6][k]).sort((a, b) => b - a);
      if (logits[1] - logits[2] < 4 * near) return;
      seen += 1;
      assert.ok(logits[0] - logits[1] < 1e-6, `${logits}`);
    });
  }
  assert.ok(seen > 40);
});

test("pixels have the colour of the class the network says there", () => {
  const hidden: [string, number[][], number[]] = ["tanh", [[1, 0.5], [-0.7, 2], [1.5, -1]], [0.3, -1, 0]];
  const network = chain(hidden, ["softmax", [[2, -1, 1], [0, 1, -2], [-2, -1, -1]], [0, 0.2, 1.5]]);
  const decision = decide(network, evaluate(network, mesh(X, Y)), 0);
  const side = 50;
  const { data } = regionPixels(decision, X.length, side, side, [[255, 0, 0], [0, 255, 0], [0, 0, 255]], [0, 0, 0]);
  const across = (i: number, [low, high]: [number, number]) => low + ((i + 0.5) / side) * (high - low);
  const points = mesh(
    Float64Array.from({ length: side }, (_, i) => across(i, [-3, 2])),
    Float64Array.from({ length: side }, (_, i) => across(i, [-1, 4])),
  );
  const said = classes(scores(network, evaluate(network, points)), null);
  let wrong = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const pixel = 4 * (row * side + column);
      const strongest = [0, 1, 2].reduce((best, k) => (data[pixel + k] > data[pixel + best] ? k : best), 0);
      if (strongest !== said[(side - 1 - row) * side + column]) wrong += 1;
    }
  }
  assert.ok(new Set(said).size === 3);
  assert.ok(wrong <= 3, `${wrong} of ${side * side}`); // a pixel right on a boundary may lie on its other side
});

test("a colour is at its faintest on the boundary and strongest where the winner is sure", () => {
  const network = chain(["sigmoid", [[40, 0]], [0]]);
  const x = spread(-1, 1, 41);
  const decision = decide(network, evaluate(network, mesh(x, x)), 0.5);
  const { data } = regionPixels(decision, 41, 201, 3, [[200, 0, 0], [0, 200, 0]], [0, 0, 0]);
  const at = (column: number) => [data[4 * column], data[4 * column + 1]];
  assert.deepEqual(at(0), [100, 0]);
  assert.deepEqual(at(200), [0, 100]);
  assert.deepEqual(at(100), [0, 24]);
});

test("an output at its threshold everywhere is of the second class, two classes level everywhere of the first", () => {
  const one = chain(["sigmoid", [[0, 0]], [0]]);
  const two = chain(["softmax", [[1, 1], [1, 1]], [0, 0]]);
  for (const [network, code] of [[one, 1], [two, 0]] as const) {
    const trace = evaluate(network, mesh(X, Y));
    assert.deepEqual(new Set(winners(decide(network, trace, 0.5))), new Set([code]));
    assert.deepEqual(new Set(classes(scores(network, trace), 0.5)), new Set([code]));
  }
});

test("runs along one feature change where the scores cross", () => {
  const network = chain(["softmax", [[-3], [0], [2]], [-1, 0, -3]]);
  const x = spread(-2, 3, 101);
  const found = runs(x, decide(network, evaluate(network, [x]), 0));
  assert.deepEqual(found.map((run) => run.winner), [0, 1, 2]);
  assert.ok(Math.abs(found[1].from + 1 / 3) < 1e-12);
  assert.ok(Math.abs(found[2].from - 1.5) < 1e-12);
  assert.deepEqual([found[0].from, found[0].to, found[2].to], [-2, found[1].from, 3]);
});
