import assert from "node:assert/strict";
import { test } from "node:test";
import { tickLabels, ticks } from "../src/draw/ticks.ts";

const labelled = (low: number, high: number, count = 5, least = 0) => tickLabels(ticks([low, high], count, least));

/** What is written at a tick, as a number again. */
function read(label: string): number {
  return Number(label.replace("−", "-"));
}

test("short numbers stand as they are", () => {
  assert.deepEqual(labelled(-1, 1), { labels: ["−1.0", "−0.5", "0", "0.5", "1.0"], behind: "" });
  assert.deepEqual(labelled(-2e9, 2e9, 4), { labels: ["−2e9", "−1e9", "0", "1e9", "2e9"], behind: "" });
});

test("what all ticks have in common is written once", () => {
  assert.deepEqual(labelled(1e9 - 1, 1e9 + 1), {
    labels: ["−1.0", "−0.5", "0", "0.5", "1.0"],
    behind: " − 1000000000",
  });
});

test("label and what is taken from it are the tick, and no label is longer than its place", () => {
  const ranges = [[-2.0789, -2.077], [1e6, 1e6 + 1], [-5e6, -5e6 + 0.3], [2020.11, 2020.13], [1700000000, 1700086400]];
  for (const [low, high] of ranges) {
    const all = ticks([low, high], 5);
    const { labels, behind } = tickLabels(all);
    const base = behind ? Number(behind.replace("−", "-").replaceAll(" ", "")) : 0;
    assert.equal(new Set(labels).size, all.length, labels.join());
    labels.forEach((label, i) => {
      assert.ok(label.length <= 7, label);
      const most = 1e-6 * (all[1] - all[0]) + 1e-15 * Math.abs(all[i]);
      assert.ok(Math.abs(read(label) - base - all[i]) <= most, `${label}${behind}`);
    });
  }
});

test("counts have whole numbers at their ticks", () => {
  assert.deepEqual(ticks([0.3, 3.7], 6, 1), [1, 2, 3]);
});
