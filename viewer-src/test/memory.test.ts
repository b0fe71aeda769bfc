import assert from "node:assert/strict";
import { test } from "node:test";
import { vote } from "../src/core/last_layer.ts";
import { lines, byVote } from "../src/panels/memory/rows.ts";
import { heightOf, layoutOf, lineAt, middleOf } from "../src/panels/memory/layout.ts";
import type { Remembered } from "../src/state/memories.ts";
import { random } from "./random.ts";

function remembered(votes: number[], bias: number): Remembered {
  const sum = votes.reduce((all, value) => all + value, bias);
  const found = { votes: Float64Array.from(votes), activation: Float64Array.from(votes, Math.abs), bias, sum };
  return found as unknown as Remembered;
}

test("the lines begin at 0 with the bias, follow each other by falling vote, and end on the sum", () => {
  const next = random(4);
  for (const count of [1, 5, 12, 13, 40]) {
    const found = remembered(Array.from({ length: count }, next), 0.5);
    const all = lines(found, null);
    assert.equal(all.length, Math.min(count, 12) + 2);
    assert.deepEqual([all[0].name, all[0].from, all[0].to], ["bias", 0, 0.5]);
    all.slice(1, -1).forEach((line, i) => assert.equal(line.from, all[i].to));
    assert.ok(Math.abs(all.at(-2)!.to - found.sum) < 1e-12);
    assert.deepEqual([all.at(-1)!.from, all.at(-1)!.to], [0, found.sum]);
    const sizes = all.flatMap(({ node, vote }) => (node === null ? [] : [Math.abs(vote)]));
    assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
    if (count > 12) assert.equal(all.at(-2)!.name, `${count - 11} more`);
  }
});

test("a picked node has always a line of its own", () => {
  const found = remembered(Array.from({ length: 20 }, (_, i) => 20 - i), 0);
  const all = lines(found, 19);
  assert.ok(all.some(({ node }) => node === 19));
  assert.equal(all.length, 14);
  assert.ok(Math.abs(all.at(-2)!.to - found.sum) < 1e-12);
  assert.deepEqual(byVote(found).slice(0, 3), [0, 1, 2]);
});

test("a pointer meets the line that is drawn there, on wide and narrow pages", () => {
  for (const width of [320, 1200]) {
    const layout = layoutOf(width, 7);
    for (let line = 0; line < 7; line++) assert.equal(lineAt(layout, middleOf(layout, line)), line);
    assert.equal(lineAt(layout, layout.names.y - 1), -1);
    assert.equal(lineAt(layout, heightOf(width, 7) - 10), -1);
    assert.ok(layout.votes.x + layout.votes.width <= width);
  }
});

test("votes on a straight line are those of linear regression", () => {
  const x = Float64Array.of(0, 1, 2, 3);
  const found = vote({ features: [x], weights: new Float64Array(4).fill(0.25), ridge: 0, tied: false });
  // (1/n + (q − mean)(x − mean) / Σ(x − mean)²), by hand for q = 3: 1/4 + 1.5·(x − 1.5)/5.
  [-0.2, 0.1, 0.4, 0.7].forEach((weight, i) => assert.ok(Math.abs(found.at([3])[i] - weight) < 1e-15));
  assert.ok(Math.abs(found.leverage[3] - 0.7) < 1e-15);
  assert.deepEqual([found.rank, found.wanted, found.alone], [1, 1, 0]);
});
