import assert from "node:assert/strict";
import { test } from "node:test";
import { dot, length, svd } from "../src/core/svd.ts";
import { random } from "./random.ts";

function matrix(rows: number, columns: number, next: () => number): Float64Array[] {
  return Array.from({ length: columns }, () => Float64Array.from({ length: rows }, next));
}

test("the parts add up to the matrix, and each side's vectors are at right angles", () => {
  const next = random(5);
  for (const [rows, columns] of [[1, 1], [7, 3], [3, 7], [40, 12], [5, 5], [60, 1]]) {
    const given = matrix(rows, columns, next);
    const { u, singular, v } = svd(given);
    assert.equal(singular.length, Math.min(rows, columns));
    given.forEach((column, c) => {
      for (let r = 0; r < rows; r++) {
        const sum = singular.reduce((all, size, k) => all + size * u[k][r] * v[k][c], 0);
        assert.ok(Math.abs(sum - column[r]) < 1e-13);
      }
    });
    for (const vectors of [u, v]) {
      vectors.forEach((one, i) => vectors.forEach((other, j) => {
        assert.ok(Math.abs(dot(one, other) - Number(i === j)) < 1e-13);
      }));
    }
    assert.deepEqual(singular, singular.toSorted((a, b) => b - a));
  }
});

test("columns that depend on each other, or are 0, have singular values of rounding alone", () => {
  const [a, b] = matrix(9, 2, random(6));
  const { singular } = svd([a, b, a.map((value, r) => 2 * value - b[r]), new Float64Array(9)]);
  assert.ok(singular[1] > 0.1);
  assert.ok(singular[2] < 1e-14 && singular[3] < 1e-14);
});

test("the singular values of a matrix known by hand", () => {
  const { singular } = svd([Float64Array.of(3, 4), Float64Array.of(0, 5)]);
  assert.ok(Math.abs(singular[0] - Math.sqrt(45)) < 1e-14);
  assert.ok(Math.abs(singular[1] - Math.sqrt(5)) < 1e-14);
});

test("lengths neither overflow nor vanish", () => {
  assert.ok(Math.abs(length([3e200, 4e200]) / 5e200 - 1) < 1e-15);
  assert.ok(Math.abs(length([3e-200, 4e-200]) / 5e-200 - 1) < 1e-15);
  assert.equal(length([0, 0]), 0);
});
