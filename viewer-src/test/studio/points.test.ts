import assert from "node:assert/strict";
import { test } from "node:test";
import { added, moved, planeRange, removed, rounded } from "../../src/studio/points.ts";

const points = [{ x: 1, y: 2, code: 0 }, { x: -7, y: 40, code: 1 }];

test("the plane is as wide as its points need", () => {
  assert.deepEqual(planeRange([], "x"), [-5, 5]);
  assert.deepEqual(planeRange(points, "x"), [-7, 5]);
  assert.deepEqual(planeRange(points, "y"), [-5, 40]);
});

test("what a hand puts down is rounded below a pixel", () => {
  assert.equal(rounded(1.23456, [-5, 5]), 1.23);
  assert.equal(rounded(0.1 + 0.2, [-5, 5]), 0.3);
  assert.equal(rounded(12345.6, [0, 100000]), 12300);
});

test("points are added, moved and removed, and the old list stays as it was", () => {
  const before = structuredClone(points);
  assert.deepEqual(added(points, { x: 0, y: 0, code: 1 }).length, 3);
  assert.deepEqual(moved(points, 1, 3, 4), [points[0], { x: 3, y: 4, code: 1 }]);
  assert.deepEqual(removed(points, 0), [points[1]]);
  assert.deepEqual(points, before);
});
