import assert from "node:assert/strict";
import { test } from "node:test";
import { frame } from "../src/draw/frame.ts";
import { nearest } from "../src/panels/starts/lines.ts";
import { heightOf, places } from "../src/panels/starts/places.ts";
import { chosen } from "../src/state/bundle.ts";
import { ranked } from "../src/state/starts.ts";

test("starts are ranked by their loss, those without one last", () => {
  assert.deepEqual(ranked([3, Number.NaN, 1, Infinity, 2, 1]), [2, 5, 4, 0, 1, 3]);
  assert.deepEqual(ranked([]), []);
});

test("of many the first, the last and evenly chosen ones between stay", () => {
  const all = Array.from({ length: 1000 }, (_, i) => i);
  const few = chosen(all, 200);
  assert.deepEqual([few.length, few[0], few.at(-1), new Set(few).size], [200, 0, 999, 200]);
  const gaps = few.slice(1).map((value, i) => value - few[i]);
  assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 1);
  assert.deepEqual(chosen(all.slice(0, 3), 200), [0, 1, 2]);
});

test("the nearest line is found between its points, and none beyond the reach", () => {
  const axes = frame({ x: 0, y: 0, width: 100, height: 100 }, [0, 10], [0, 10]);
  const lines = [
    { start: 4, values: [0, 10] },
    { start: 7, values: [6, 6] },
    { start: 9, values: [Number.NaN, Number.NaN] },
  ];
  assert.equal(nearest(axes, [0, 10], lines, { x: 20, y: 78 }, 10), 4); // at (2, 2.2): the first is at 2
  assert.equal(nearest(axes, [0, 10], lines, { x: 20, y: 42 }, 10), 7);
  assert.equal(nearest(axes, [0, 10], lines, { x: 20, y: 10 }, 10), null);
  assert.equal(nearest(axes, [], lines, { x: 20, y: 10 }, 10), null);
});

test("the pictures stand inside and beside each other on every width", () => {
  for (const width of [300, 366, 640, 1230]) {
    for (const losses of [true, false]) {
      const { curves, losses: steps, ranks } = places(width, losses);
      const boxes = [curves, ranks, ...(steps ? [steps] : [])];
      assert.equal(boxes.length, losses ? 3 : 2);
      for (const box of boxes) {
        assert.ok(box.width > 100 && box.height > 60 && box.x >= 58 && box.x + box.width <= width);
        assert.ok(box.y + box.height + 40 <= heightOf(width, losses));
      }
      for (const one of boxes) {
        for (const other of boxes) {
          const apart = one.x + one.width <= other.x || one.y + one.height <= other.y;
          assert.ok(one === other || apart || other.x + other.width <= one.x || other.y + other.height <= one.y);
        }
      }
    }
  }
});
