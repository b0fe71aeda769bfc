import assert from "node:assert/strict";
import { test } from "node:test";
import { areaOf, at, decided, middle, mosaic, type Region } from "../src/core/mosaic.ts";
import { knots } from "../src/core/knots.ts";
import { dense, evaluate, type Dense } from "../src/core/network.ts";
import { bends, cornersWithin, straightLayers } from "../src/core/straight.ts";
import { network } from "./networks.ts";

const NONE: ReadonlySet<string> = new Set();
const X = [1, 0];
const Y = [0, 1];

function layer(rows: number[][], bias: number[], activation: string): Dense {
  const weight = Float64Array.from(rows.flat());
  const [inputs, outputs] = [rows[0].length, rows.length];
  return { kind: "dense", activation, inputs, outputs, weight, bias: Float64Array.from(bias) };
}

const areas = (regions: readonly Region[]) => regions.map(({ polygon }) => areaOf(polygon));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function found(layers: readonly Dense[], silent = NONE, most = 1000) {
  const made = mosaic(layers, [0, 0], X, Y, silent, most);
  assert.ok(made);
  return made;
}

test("two nodes on one line cut once, and both have their fold", () => {
  const { regions, folds } = found([
    layer([[1, 1], [-2, -2], [1, -1]], [0, 0, 0], "relu"), layer([[1, 1, 1]], [0], "identity"),
  ]);
  assert.deepEqual(areas(regions), [1, 1, 1, 1]);
  const length = (flat: readonly number[]) => sum(Array.from({ length: flat.length / 4 }, (_, i) =>
    Math.hypot(flat[4 * i + 2] - flat[4 * i], flat[4 * i + 3] - flat[4 * i + 1])));
  for (const node of ["0.0", "0.1", "0.2"]) {
    assert.ok(Math.abs(length(folds.get(node) ?? []) - 2 * Math.SQRT2) < 1e-12, node);
  }
});

test("a cut along the edge of the square, or beside it, cuts nothing", () => {
  const { regions } = found([layer([[1, 0], [1, 0], [0, 0]], [1, -3, 5], "relu"), layer([[1, 1, 1]], [0], "identity")]);
  assert.deepEqual(areas(regions), [4]);
});

test("regions fill the square, and their maps are the network", () => {
  for (const [seed, name] of (["relu", "abs", "hard_tanh", "triangle", "saw"] as const).entries()) {
    const made = network([2, 7, 5, 2], name, "identity", seed);
    const { regions } = found(dense(made), NONE, 20000);
    assert.ok(Math.abs(sum(areas(regions)) - 4) < 1e-11, name);
    for (const { polygon, maps } of regions) {
      const [x, y] = middle(polygon);
      const { output } = evaluate(made, [Float64Array.of(x), Float64Array.of(y)]);
      output.forEach(([value], o) => assert.ok(Math.abs(at(maps, o, x, y) - value) < 1e-9, name));
    }
  }
});

test("a node that is switched off neither cuts nor counts", () => {
  const made = dense(network([2, 4, 1], "relu", "identity", 5));
  const { regions, folds } = found(made, new Set(["0.1"]));
  assert.ok(!folds.has("0.1") && folds.size > 0);
  for (const { polygon, maps } of regions) {
    const [x, y] = middle(polygon);
    const inputs = [Float64Array.of(x), Float64Array.of(y)];
    const { output } = evaluate({ layers: made, inputs: 2, outputs: 1 }, inputs, new Set(["0.1"]));
    assert.ok(Math.abs(at(maps, 0, x, y) - output[0][0]) < 1e-12);
  }
});

test("more regions than wanted, or pieces, are none", () => {
  const made = dense(network([2, 20, 1], "relu", "identity", 1));
  const { regions } = found(made);
  assert.equal(mosaic(made, [0, 0], X, Y, NONE, regions.length - 1), null);
  assert.equal(found(made, NONE, regions.length).regions.length, regions.length);
  const saw = [layer([[1e9]], [0], "saw"), layer([[1]], [0], "identity")];
  assert.equal(knots(saw, 0, [0], [0, 1], NONE, 1000), null);
});

test("of equal scores the first wins; one output at its level is the second class", () => {
  const flat = (...values: number[]): Region[] => [
    { polygon: Float64Array.of(-1, -1, 1, -1, 1, 1, -1, 1), maps: Float64Array.from(values.flatMap((v) => [v, 0, 0])) },
  ];
  assert.deepEqual(decided(flat(2, 2, 1), null).parts.map(({ winner }) => winner), [0]);
  assert.deepEqual(decided(flat(2), 2).parts.map(({ winner }) => winner), [1]);
  assert.deepEqual(decided(flat(2), 2.5).parts.map(({ winner }) => winner), [0]);
});

test("three classes meet in a point, and the boundary has three arms", () => {
  const polygon = Float64Array.of(-1, -1, 1, -1, 1, 1, -1, 1);
  const { parts, boundary } = decided([{ polygon, maps: Float64Array.of(0, 1, 0, 0, -1, 0, 0, 0, 1) }], null);
  assert.deepEqual(parts.map(({ winner }) => winner), [0, 1, 2]);
  assert.ok(Math.abs(sum(parts.map((part) => areaOf(part.polygon))) - 4) < 1e-12);
  assert.equal(boundary.length, 12);
  const ends = Array.from({ length: 6 }, (_, i) => [boundary[2 * i], boundary[2 * i + 1]].join());
  assert.equal(ends.filter((end) => end === "0,0").length, 3);
});

test("knots of one layer are at -b/w, and equal ones are one", () => {
  const layers = [layer([[2], [1], [-4], [0]], [-1, 3, 2, 1], "relu"), layer([[1, 1, 2, 5]], [0], "identity")];
  const made = knots(layers, 0, [0], [-5, 5], NONE, 100);
  assert.deepEqual(made?.map(({ place, nodes }) => [place, nodes]), [[-3, ["0.1"]], [0.5, ["0.0", "0.2"]]]);
  assert.deepEqual(made?.map(({ before, after }) => [before, after]), [[[-8], [-7]], [[-7], [3]]]);
});

test("nodes that take away each other's bend make no knot", () => {
  const layers = [layer([[1], [1]], [0, 0], "relu"), layer([[3, -3]], [1], "identity")];
  assert.deepEqual(knots(layers, 0, [0], [-1, 1], NONE, 100), []);
});

test("smooth networks are not straight, and lines do not bend", () => {
  const smooth = network([1, 3, 1], "tanh", "identity", 0);
  assert.equal(straightLayers(smooth), null);
  const line = straightLayers(smooth, network([1, 3, 1], "identity", "identity", 0));
  assert.ok(line && !bends(line));
  assert.deepEqual(cornersWithin("triangle", -1, 7, 9), [0, 2 * Math.PI, Math.PI]);
});
