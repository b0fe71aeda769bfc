import assert from "node:assert/strict";
import { test } from "node:test";
import { levelLines } from "../src/draw/levels.ts";
import { mesh, spread } from "./grids.ts";
import { random as generator } from "./networks.ts";

test("the level line of a cone is its circle", () => {
  const side = spread(-2, 2, 161);
  const [x, y] = mesh(side, side);
  const { xs, ys } = levelLines(x.map((value, at) => Math.hypot(value, y[at])), side, side, 1);
  let length = 0;
  for (let i = 0; i < xs.length; i += 3) {
    assert.ok(Number.isNaN(xs[i + 2]));
    for (const k of [i, i + 1]) assert.ok(Math.abs(Math.hypot(xs[k], ys[k]) - 1) < 1e-3);
    length += Math.hypot(xs[i + 1] - xs[i], ys[i + 1] - ys[i]);
  }
  assert.ok(Math.abs(length - 2 * Math.PI) < 2e-3);
});

test("lines never end inside: every point is met twice, or lies at the edge", () => {
  const random = generator(7);
  const side = spread(0, 1, 24);
  const values = Float64Array.from({ length: 24 * 24 }, () => random() - 0.5);
  const { xs, ys } = levelLines(values, side, side, 0.05);
  const met = new Map<string, number>();
  for (let i = 0; i < xs.length; i++) {
    if (Number.isNaN(xs[i])) continue;
    const name = `${xs[i].toFixed(12)} ${ys[i].toFixed(12)}`;
    met.set(name, (met.get(name) ?? 0) + 1);
  }
  assert.ok(met.size > 400);
  for (const [name, times] of met) {
    const edge = name.split(" ").some((at) => Number(at) === 0 || Number(at) === 1);
    assert.equal(times, edge ? 1 : 2, name);
  }
});

test("cells with a number that is not finite have no line", () => {
  const side = spread(0, 1, 2);
  assert.equal(levelLines([0, 1, Number.NaN, 1], side, side, 0.5).xs.length, 0);
  assert.equal(levelLines([0, 1, 0, 1], side, side, 0.5).xs.length, 3);
});
