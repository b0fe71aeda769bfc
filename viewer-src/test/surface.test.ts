import assert from "node:assert/strict";
import { test } from "node:test";
import { hidden, paintOrder } from "../src/panels/surface/painter.ts";
import { HALF, HALF_HEIGHT, projection } from "../src/panels/surface/projection.ts";
import { random as generator } from "./networks.ts";

const SIZE = { width: 620, height: 450 };
const TURNS = [[-50, 30], [0, 0], [90, 90], [137, 12], [-180, 60], [-90, 45]] as const;

test("the whole box is inside the picture however it is turned", () => {
  for (const size of [SIZE, { width: 340, height: 270 }]) {
    for (const turn of TURNS) {
      const p = projection(turn, size);
      for (const x of [-HALF, HALF]) for (const y of [-HALF, HALF]) for (const z of [-HALF_HEIGHT, HALF_HEIGHT]) {
        assert.ok(p.x(x, y, z) >= 60 && p.x(x, y, z) <= size.width - 60);
        assert.ok(p.y(x, y, z) >= 8 && p.y(x, y, z) <= size.height - 40);
      }
    }
  }
});

test("the projection is a turn: the unit vectors' pictures and depths are the columns of an orthogonal matrix", () => {
  for (const turn of TURNS) {
    const p = projection(turn, SIZE);
    const from = [p.x(0, 0, 0), p.y(0, 0, 0)];
    const rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map((unit, k) => {
      const [x, y, z] = unit;
      return [p.x(x, y, z) - from[0], from[1] - p.y(x, y, z), p.toward[k]];
    });
    const scale = Math.hypot(rows[0][0], rows[1][0], rows[2][0]);
    const unit = rows.map(([x, y, depth]) => [x / scale, y / scale, depth]);
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) {
      const product = unit.reduce((sum, row) => sum + row[a] * row[b], 0);
      assert.ok(Math.abs(product - (a === b ? 1 : 0)) < 1e-12);
    }
  }
});

test("at azimuth -90 the first feature runs to the right and the second away", () => {
  const p = projection([-90, 30], SIZE);
  assert.ok(p.x(1, 0, 0) > p.x(-1, 0, 0) + 100);
  assert.ok(Math.abs(p.y(1, 0, 0) - p.y(-1, 0, 0)) < 1e-9);
  assert.ok(p.y(0, 1, 0) < p.y(0, -1, 0));
});

test("no cell is painted before one that a ray to the person meets earlier", () => {
  const cells = 9;
  const random = generator(3);
  for (const turn of [[-50, 30], [10, 20], [100, 70], [170, 5], [-135, 45], [0, 30], [-90, 30]] as const) {
    const { toward, azimuth } = projection(turn, SIZE);
    const order = paintOrder(cells, azimuth);
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: cells * cells }, (_, i) => i));
    const rank = new Map([...order].map((cell, at) => [cell, at]));
    const cell = (x: number, y: number) => Math.floor(y) * cells + Math.floor(x);
    for (let ray = 0; ray < 300; ray++) {
      let [x, y] = [random() * cells, random() * cells];
      let last = -1;
      while (x >= 0 && x < cells && y >= 0 && y < cells) {
        const at = rank.get(cell(x, y)) as number;
        assert.ok(at >= last);
        last = at;
        x += 0.01 * toward[0];
        y += 0.01 * toward[1];
      }
    }
  }
});

test("a wall hides what stands behind it and below its edge, a floor nothing above it", () => {
  const wall = (x: number) => (x > 0 ? 0.5 : 0);
  const look = [Math.SQRT1_2, 0, Math.SQRT1_2] as const; // along x, upwards by as much
  assert.equal(hidden([-0.2, 0, 0.1], wall, 1, look, 0.01), true);
  assert.equal(hidden([-0.2, 0, 0.4], wall, 1, look, 0.01), false);
  assert.equal(hidden([-0.7, 0, 0.1], wall, 1, look, 0.01), false);
  assert.equal(hidden([-0.2, 0, 0.1], () => 0, 1, look, 0.01), false);
  // Below the surface it is seen past the near edge only.
  assert.equal(hidden([-0.5, 0, -0.1], () => 0, 1, look, 0.01), true);
  assert.equal(hidden([0.95, 0, -0.1], () => 0, 1, look, 0.01), false);
  assert.equal(hidden([0, 0, -0.1], () => 0, 1, [0, 0, 1], 0.01), true);
  assert.equal(hidden([0, 0, 0.1], () => 0, 1, [0, 0, 1], 0.01), false);
});
