import assert from "node:assert/strict";
import test from "node:test";
import type { Box } from "../src/draw/frame.ts";
import { distance, figures } from "../src/panels/diagram/figures.ts";
import {
  boxOfFigure, boxOfShape, boxOfWord, LEVELS, touch, type Graph, type Level, type Subject,
} from "../src/panels/diagram/graph.ts";
import { hit, nodeOf } from "../src/panels/diagram/hit.ts";
import { chosen, heightOf, layout } from "../src/panels/diagram/levels.ts";
import { atMost, brief, minus, symbol, tight } from "../src/panels/diagram/words.ts";
import { roman } from "../src/core/words.ts";
import { random } from "./networks.ts";

const SIZES = [
  [1, 1], [1, 10, 1], [1, 100, 1], [1, 24, 1], [2, 8, 8, 1], [4, 8, 3], [2, 3, 3, 3, 3, 3, 2], [30, 3, 1], [1, 3, 1],
  [12, 12, 12],
];
const WIDTHS = [320, 520, 1230];
const NAME = "a long name of something measured (kg/m²)";

function subject(sizes: readonly number[], joint = false): Subject {
  const last = sizes.length - 2;
  return {
    sizes,
    activations: sizes.slice(1).map((_, at) => (at < last ? "leaky_relu" : joint ? "softmax" : "identity")),
    features: Array.from({ length: sizes[0] }, (_, i) => (i % 2 ? NAME : "x")),
    outputs: Array.from({ length: sizes[last + 1] }, (_, i) => (i % 2 ? "y" : NAME)),
    joint,
    appended: false,
  };
}

function drawnAt(of: Subject, asked: Level, width: number): { graph: Graph; height: number } {
  const { level } = chosen(of, asked, width);
  const height = heightOf(of, level);
  return { graph: layout(of, level, { width, height }), height };
}

function each(check: (graph: Graph, width: number, height: number, of: Subject) => void): void {
  for (const sizes of SIZES) {
    for (const joint of [false, true]) {
      if (joint && sizes[sizes.length - 1] < 2) continue;
      for (const level of LEVELS) {
        for (const width of WIDTHS) {
          const of = subject(sizes, joint);
          const { graph, height } = drawnAt(of, level, width);
          check(graph, width, height, of);
        }
      }
    }
  }
}

test("nothing overlaps, at any size and level", () => {
  each((graph, width, _, of) => {
    const boxes: [string, Box][] = [
      ...graph.shapes
        .filter(({ kind }) => kind !== "joint")
        .map((s) => [`${s.kind} ${s.text}`, boxOfShape(s)] as [string, Box]),
      ...graph.words.map((w) => [`word ${w.text}`, boxOfWord(w)] as [string, Box]),
      ...graph.figures.map((f) => ["figure", boxOfFigure(f)] as [string, Box]),
    ];
    for (let i = 0; i < boxes.length; i++) {
      for (let j = 0; j < i; j++) {
        const [one, other] = [boxes[i], boxes[j]];
        assert.ok(!touch(one[1], other[1]), `${of.sizes} ${graph.level} ${width}: ${one[0]} and ${other[0]}`);
      }
    }
  });
});

test("everything is inside the picture", () => {
  each((graph, width, height, of) => {
    const { shapes, words, figures } = graph;
    for (const box of [...shapes.map(boxOfShape), ...words.map(boxOfWord), ...figures.map(boxOfFigure)]) {
      const [right, bottom] = [box.x + box.width, box.y + box.height];
      const inside = box.x >= -0.5 && box.y >= -0.5 && right <= width + 0.5 && bottom <= height + 0.5;
      assert.ok(inside, `${of.sizes} ${graph.level} ${width}×${height}: ${JSON.stringify(box)}`);
    }
  });
});

test("every parameter has its line, in the full levels", () => {
  for (const sizes of [[1, 10, 1], [2, 8, 8, 1], [4, 8, 3]]) {
    const names = (level: Level) => {
      const { graph } = drawnAt(subject(sizes), level, 1230);
      assert.equal(graph.level, level);
      return new Set(graph.links.flatMap(({ weight: w }) => (w ? [`${w.layer}.${w.node}.${w.feature}`] : [])));
    };
    const pairs = sizes.slice(1).map((size, at) => [size, sizes[at]]);
    const weights = pairs.reduce((sum, [a, b]) => sum + a * b, 0);
    const biases = pairs.reduce((sum, [a]) => sum + a, 0);
    assert.equal(names("nodes").size, weights);
    assert.equal(names("bias").size, weights + biases);
    if (sizes.length === 3 && sizes[0] === 1) assert.equal(names("operations").size, weights + biases);
  }
});

test("a wide layer is shortened, with the count and a sentence", () => {
  const of = subject([1, 100, 1]);
  assert.deepEqual(chosen(of, "bias", 1000), {
    level: "short",
    why: "A layer of 100 is too wide to be drawn in full, which goes up to 24: it is shortened.",
  });
  const { graph } = drawnAt(of, "bias", 1000);
  const hidden = graph.shapes.filter((shape) => shape.layer === 0);
  const nodes = hidden.filter(({ kind }) => kind === "node").map(({ index }) => index);
  assert.deepEqual(nodes, [0, 1, 2, 3, 4, 5, 6, 7, 99]);
  assert.equal(hidden.find(({ kind }) => kind === "more")?.text, "… 91 more");
  assert.ok(graph.words.some(({ text }) => text === "100 nodes"));
});

test("operations give way where they cannot be read", () => {
  assert.deepEqual(chosen(subject([1, 3, 1]), "operations", 1230), { level: "operations", why: "" });
  const { why } = chosen(subject([1, 3, 1]), "operations", 320);
  assert.match(why, /^All operations need \d+ pixels across; these are the nodes\.$/);
  const many = chosen(subject([4, 20, 3]), "operations", 1230);
  assert.equal(many.why, "All operations would be too many to be read; these are the nodes.");
  assert.equal(chosen(subject([1, 3, 1]), "nonsense", 320).level, "bias");
});

test("a point on a line means that line, and one in a shape that shape", () => {
  const next = random(1);
  for (const sizes of [[1, 10, 1], [2, 8, 8, 1], [4, 8, 3]]) {
    const { graph } = drawnAt(subject(sizes), "bias", 1000);
    for (const shape of graph.shapes) assert.equal(hit(graph, shape.x, shape.y).shape, shape);
    for (let k = 0; k < 300; k++) {
      const x = 1000 * next();
      const y = 420 * next();
      const found = hit(graph, x, y);
      if (found.shape) continue;
      // Brute force: the distance to the nearest of many points of every line.
      const least = Math.min(...graph.links.map((l) => Math.min(...Array.from({ length: 2001 }, (_, i) =>
        Math.hypot(l.x1 + (i / 2000) * (l.x2 - l.x1) - x, l.y1 + (i / 2000) * (l.y2 - l.y1) - y)))));
      if (Math.abs(least - 7) < 0.1) continue;
      assert.equal(found.weight !== undefined, least < 7);
      const link = graph.links.find(({ weight }) => weight === found.weight);
      if (found.weight && link) assert.ok(Math.abs(distance(x, y, link) - least) < 0.1);
    }
  }
});

test("only nodes of hidden layers light up", () => {
  const { graph } = drawnAt(subject([1, 3, 2, 1]), "bias", 1000);
  const keys = graph.shapes.flatMap((shape) => nodeOf(shape, 3) ?? []);
  assert.deepEqual(keys, ["0.0", "0.1", "0.2", "1.0", "1.1"]);
});

test("numbers stand on lines only where all of a layer's do", () => {
  const { graph } = drawnAt(subject([1, 10, 1]), "nodes", 1000);
  assert.equal(graph.figures.length, 20);
  assert.equal(figures(drawnAt(subject([4, 8, 3]), "nodes", 1000).graph.links, []).length, 0);
});

test("words", () => {
  assert.deepEqual([1, 4, 9, 14, 49].map(roman), ["I", "IV", "IX", "XIV", "XLIX"]);
  assert.deepEqual([symbol("w", 1, 2), symbol("w", 1, 12), symbol("y", 10)], ["w₁₂", "w₁,₁₂", "y₁₀"]);
  assert.deepEqual([minus("-2e-5"), minus("-0.5"), minus("1e-5")], ["−2e-5", "−0.5", "1e-5"]);
  assert.deepEqual([brief(-0.000123456), brief(0.5), brief(-1234567)], ["−1.2e-4", "0.5", "−1.23e6"]);
  assert.deepEqual([tight(-0.5), tight(12.34), tight(0.000012)], ["−.5", "12", "1.2e-5"]);
  const next = random(2);
  for (let k = 0; k < 2000; k++) {
    const value = (next() - 0.5) * 10 ** Math.round(24 * next() - 12);
    assert.ok(brief(value).length <= 8, brief(value));
    assert.ok(Math.abs(Number(brief(value).replace("−", "-")) - value) <= 0.051 * Math.abs(value));
    assert.ok(tight(value).length <= 8, tight(value));
    assert.ok(atMost(brief(value), 10) <= 60);
  }
});
