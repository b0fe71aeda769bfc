import assert from "node:assert/strict";
import { test } from "node:test";
import { contributions } from "../src/core/contributions.ts";
import { evaluate, type Dense, type Network } from "../src/core/network.ts";
import { addable, added, decimalsFor } from "../src/panels/sum/addable.ts";
import { aroundMeans, bandAt, stack } from "../src/panels/sum/stack.ts";
import { random } from "./random.ts";

function network(nodes: number, next: () => number): Network {
  const dense = (activation: string, inputs: number, outputs: number): Dense => ({
    kind: "dense", activation, inputs, outputs,
    weight: Float64Array.from({ length: inputs * outputs }, next), bias: Float64Array.from({ length: outputs }, next),
  });
  return { layers: [dense("tanh", 1, nodes), dense("identity", nodes, 2)], inputs: 1, outputs: 2 };
}

test("the bands begin at the bias, follow each other and end on the network's output", () => {
  const next = random(1);
  for (const nodes of [1, 3, 10, 40]) {
    const net = network(nodes, next);
    const x = Float64Array.from({ length: 50 }, (_, i) => i / 5 - 5);
    const trace = evaluate(net, [x], new Set(["0.0"]));
    const { values, bias } = contributions(net, trace, 1);
    const order = values.map((_, i) => nodes - 1 - i);
    const bands = stack(values, bias, order, 10);
    assert.equal(bands.length, Math.min(nodes, 10));
    assert.deepEqual(bands.flatMap((band) => band.nodes), order);
    assert.ok(bands[0].from.every((value) => value === bias));
    bands.slice(1).forEach((band, i) => assert.equal(band.from, bands[i].to));
    bands.at(-1)!.to.forEach((value, s) => assert.ok(Math.abs(value - trace.output[1][s]) < 1e-12));
  }
});

test("around their means they add up to the same", () => {
  const next = random(2);
  const values = Array.from({ length: 7 }, () => Float64Array.from({ length: 30 }, next));
  const moved = aroundMeans(values, 0.5);
  for (let s = 0; s < 30; s++) {
    const sum = values.reduce((all, column) => all + column[s], 0.5);
    assert.ok(Math.abs(moved.values.reduce((all, column) => all + column[s], moved.bias) - sum) < 1e-12);
  }
  for (const column of moved.values) assert.ok(Math.abs(column.reduce((a, b) => a + b, 0)) < 1e-12);
});

test("the band under a pointer is the thinnest that covers it", () => {
  const bands = stack([Float64Array.of(2), Float64Array.of(-3), Float64Array.of(1)], 1, [0, 1, 2], 9);
  assert.deepEqual(bandAt(bands, 0, 2.5)?.nodes, [0]); // 1 … 3, beside 3 … 0
  assert.deepEqual(bandAt(bands, 0, 0.5)?.nodes, [2]); // 0 … 1
  assert.equal(bandAt(bands, 0, 3.5), null);
});

test("products and sum as shown are what a person gets by hand, in exact decimals", () => {
  const next = random(3);
  for (let round = 0; round < 300; round++) {
    const scale = 10 ** (6 * next());
    const count = 1 + Math.floor(10 * Math.abs(next()));
    const parts = Array.from({ length: count }, (_, node) => ({
      node, activation: next(), weight: scale * next(), off: next() > 0.8,
    }));
    const bias = scale * next();
    const own = parts.reduce((sum, part) => sum + (part.off ? 0 : part.activation * part.weight), bias);
    const decimals = decimalsFor(scale);
    const sum = addable(parts, bias, own, decimals)!;
    const read = (text: string) => Number(text.replace("−", "-").replace("e−", "e-"));
    let units = 0n;
    for (const row of sum.rows) {
      const product = row.off ? 0 : read(row.activation) * read(row.weight);
      assert.equal(product.toFixed(decimals).replace(/^-(0(\.0+)?)$/, "$1"), row.contribution.replace("−", "-"));
      units += BigInt(row.contribution.replace("−", "-").replace(".", ""));
    }
    units += BigInt(sum.bias.replace("−", "-").replace(".", ""));
    assert.equal(units, BigInt(sum.total.replace("−", "-").replace(".", "")));
    assert.equal(added([sum.bias, ...sum.rows.map((row) => row.contribution)], decimals), sum.total);
    assert.ok(Math.abs(sum.apart) <= (count + 2) / 2);
    assert.ok(Math.abs(read(sum.total) - own) <= ((count + 2) / 2) * 10 ** -decimals);
  }
});

test("digits follow the span, and what cannot be written out is not", () => {
  assert.deepEqual([0.002, 0.5, 3, 40, 5e6, 0, Infinity].map(decimalsFor), [6, 4, 3, 2, 0, 4, 4]);
  assert.equal(addable([{ node: 0, activation: 1e15, weight: 1e10, off: false }], 0, 1e25, 2), null);
  assert.equal(addable([{ node: 0, activation: Number.NaN, weight: 1, off: false }], 0, 1, 2), null);
  const sum = addable([{ node: 0, activation: -0.5, weight: 0.00001, off: false }], -1.25, -1.250005, 3)!;
  assert.deepEqual([sum.rows[0].contribution, sum.bias, sum.total], ["0.000", "−1.250", "−1.250"]);
});
