import assert from "node:assert/strict";
import { test } from "node:test";
import { elided, percent } from "../src/panels/nodes/elide.ts";
import { checkOf, heightOf, hit, layout, step, tile } from "../src/panels/nodes/layout.ts";

const order = Array.from({ length: 100 }, (_, i) => (37 * i) % 100);

test("every node is shown once or counted among the rest", () => {
  for (const most of [1, 2, 30, 99, 100, Infinity]) {
    for (const picked of [null, 5, order[99]]) {
      const { shown, rest } = elided(order, most, picked);
      assert.deepEqual([...shown, ...rest].sort((a, b) => a - b), [...order].sort((a, b) => a - b));
      assert.ok(shown.length + (rest.length ? 1 : 0) <= Math.max(2, most));
      if (picked !== null) assert.ok(shown.includes(picked));
    }
  }
  assert.deepEqual(elided(order, 30).shown, order.slice(0, 29));
  assert.deepEqual(elided([2, 0, 1], 3), { shown: [2, 0, 1], rest: [] });
});

test("shares are written as people read them", () => {
  const shares = [0.41, 0.0999, 0.041, 0.0004, -0.034, 12.3, 0, 1, Number.NaN];
  assert.deepEqual(shares.map(percent), ["41 %", "10 %", "4.1 %", "<0.1 %", "−3.4 %", "1230 %", "0 %", "100 %", "–"]);
});

test("every tile is found at its middle and its switch in its corner, and none overlaps another", () => {
  for (const width of [280, 366, 600, 1230]) {
    for (const count of [1, 3, 10, 31, 100]) {
      const at = layout(width, count, false);
      for (let index = 0; index < count; index++) {
        const box = tile(at, index);
        assert.ok(box.x + box.width <= width && box.y + box.height <= heightOf(at));
        assert.deepEqual(hit(at, box.x + box.width / 2, box.y + box.height / 2), { index, check: false });
        const check = checkOf(box);
        assert.deepEqual(hit(at, check.x + 6, check.y + 6), { index, check: true });
      }
      assert.equal(hit(at, -1, 50).index, -1);
      assert.equal(hit(at, 20, heightOf(at) + 50).index, -1);
    }
  }
});

test("arrow keys walk along rows and columns and stay inside", () => {
  const at = layout(1230, 31, false);
  assert.equal(step(at, 0, "ArrowRight"), 1);
  assert.equal(step(at, 0, "ArrowLeft"), 0);
  assert.equal(step(at, 2, "ArrowDown"), 2 + at.columns);
  assert.equal(step(at, 30, "ArrowDown"), 30);
  assert.deepEqual([step(at, 7, "Home"), step(at, 7, "End")], [0, 30]);
});
