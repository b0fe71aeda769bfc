import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals";
import { createScene } from "../src/state/scene.ts";
import { stillOf } from "../src/state/still.ts";
import { once } from "../src/state/once.ts";
import { createView } from "../src/state/view.ts";
import type { Document } from "../src/core/document.ts";
import { grips } from "../src/panels/hand.ts";
import type { Pointer } from "../src/panels/panel.ts";

const tensor = (shape: number[], ...data: number[]) => ({ shape, data: Float64Array.from(data) });

const DOC = {
  network: {
    sizes: [1, 1], classes: [], feature_names: ["x"], output_names: ["y"], threshold: null, parameters: 2,
    layers: [{ kind: "dense", activation: "identity" }],
  },
  data: {}, fit: null, readings: {},
  tensors: new Map(Object.entries({ "network.0.weight": tensor([1, 1], 2), "network.0.bias": tensor([1], 1) })),
} as unknown as Document;

test("a scene that has ended follows no signal it shared", () => {
  const shared = signal<readonly [number, number] | null>(null);
  const scenes = [0, 1].map(() => createScene(DOC, { ...createView(1), x: shared }));
  const asked = scenes.map(() => 0);
  scenes.forEach((scene, i) => {
    Object.defineProperty(scene, "silent", { get: () => ((asked[i] += 1), { value: new Set() }) });
    stillOf(scene);
  });
  assert.deepEqual(asked, [1, 1]);
  scenes[0].end();
  shared.value = [0, 1];
  assert.deepEqual(asked, [1, 2]);
  scenes[1].end();
});

test("what is computed once is computed once for each", () => {
  let times = 0;
  const twice = once(({ value }: { value: number }) => ((times += 1), 2 * value));
  const [one, other] = [{ value: 1 }, { value: 2 }];
  assert.deepEqual([twice(one), twice(one), twice(other), times], [2, 2, 4, 2]);
  const none = once((_: object) => ((times += 1), null));
  assert.deepEqual([none(one), none(one), times], [null, null, 3]);
});

test("two scenes are held apart, and a hand that trembles clicks", () => {
  const [one, other] = [0, 1].map(() => createScene(DOC, createView(1)));
  const at = (x: number, held = true): Pointer => ({ kind: "move", x, y: 0, held, turn: 0, shift: false });
  const hands = grips<string>();
  hands.press(one, at(0), "one");
  assert.equal(hands.held(other, at(50)), null);
  assert.equal(hands.held(one, at(50, false)), null);
  assert.equal(hands.held(one, at(2))?.moved, false);
  assert.equal(hands.held(one, at(50))?.moved, true);
  assert.deepEqual(hands.release(one), { x: 0, y: 0, from: "one", moved: true });
  assert.equal(hands.release(one), null);
});
