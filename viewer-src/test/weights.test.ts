import assert from "node:assert/strict";
import test from "node:test";
import { signal } from "@preact/signals";
import { toAddress, fromAddress } from "../src/state/address.ts";
import { edited, weightOf } from "../src/state/edits.ts";
import type { Scene } from "../src/state/scene.ts";
import { createView } from "../src/state/view.ts";
import { nameAt, nodeOfWeight, numberIn, resetWeight, setWeight, stepOf, toggleNode } from "../src/state/weights.ts";
import { network } from "./networks.ts";

function scene(): Scene {
  const trained = network([2, 3, 2], "tanh", "identity", 9);
  return { view: createView(2), trained: signal(trained) } as unknown as Scene;
}

test("setting, resetting and setting back", () => {
  const of = scene();
  const { edits } = of.view;
  setWeight(of, "0.1.1", 2.5);
  setWeight(of, "1.0.b", -1);
  assert.deepEqual(edits.value, { "0.1.1": 2.5, "1.0.b": -1 });
  const changed = edited(of.trained.value, edits.value);
  assert.equal(weightOf(changed, "0.1.1"), 2.5);
  assert.equal(weightOf(changed, "1.0.b"), -1);
  assert.equal(weightOf(changed, "0.1.0"), weightOf(of.trained.value, "0.1.0"));
  assert.notEqual(weightOf(of.trained.value, "0.1.1"), 2.5);
  resetWeight(of, "0.1.1");
  assert.deepEqual(edits.value, { "1.0.b": -1 });
  setWeight(of, "1.0.b", weightOf(of.trained.value, "1.0.b") as number);
  assert.deepEqual(edits.value, {});
});

test("what is no weight or no number changes nothing", () => {
  const of = scene();
  for (const name of ["9.0.0", "0.9.0", "0.0.9", "0.0"]) setWeight(of, name, 1);
  setWeight(of, "0.0.0", Number.NaN);
  setWeight(of, "0.0.0", Number.POSITIVE_INFINITY);
  assert.deepEqual(of.view.edits.value, {});
});

test("a weight near 0 can still be dragged", () => {
  const of = scene();
  const near = edited(of.trained.value, { "0.0.0": 0 });
  assert.ok(stepOf({ ...of, trained: signal(near) } as Scene, "0.0.0") > 0.001);
});

test("off and on again", () => {
  const of = scene();
  toggleNode(of, "0.1");
  toggleNode(of, "0.2");
  assert.deepEqual(of.view.off.value, ["0.1", "0.2"]);
  toggleNode(of, "0.1");
  assert.deepEqual(of.view.off.value, ["0.2"]);
});

test("names of places and the nodes they belong to", () => {
  const of = scene();
  assert.equal(nameAt({ layer: 0, node: 2, feature: -1 }), "0.2.b");
  assert.equal(nameAt({ layer: 1, node: 0, feature: 2 }), "1.0.2");
  assert.deepEqual(["0.2.b", "1.0.2", "1.0.b"].map((name) => nodeOfWeight(of, name)), ["0.2", "0.2", null]);
});

test("numbers as people type them", () => {
  assert.deepEqual([" 1.5", "−2", "1e-3", "-0.25 "].map(numberIn), [1.5, -2, 0.001, -0.25]);
  for (const text of ["", " ", "one", "1e999", "NaN", "Infinity", "1,5", "--1"]) {
    assert.equal(numberIn(text), undefined);
  }
});

test("picked weight, edits and digits come back from an address", () => {
  const [view, initial, again] = [createView(1), createView(1), createView(1)];
  view.weight.value = "1.0.b";
  view.edits.value = { "0.3.0": -1.5e-7, "1.0.b": 4 };
  view.full.value = true;
  const text = toAddress(view, initial);
  assert.equal(text, "weight=1.0.b&edits=0.3.0:-1.5e-7,1.0.b:4&full=1");
  fromAddress(text, again, initial);
  assert.deepEqual([again.weight.value, again.edits.value, again.full.value], ["1.0.b", view.edits.value, true]);
  fromAddress("weight=zz&full=maybe", again, initial);
  assert.deepEqual([again.weight.value, again.full.value], [null, false]);
});
