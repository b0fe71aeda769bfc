import assert from "node:assert/strict";
import { test } from "node:test";
import type { Body, FormInfo, Table } from "../../src/studio/api.ts";
import { fieldKey } from "../../src/studio/blame.ts";
import { bodyOf, createForm, formOf, unready, type Form } from "../../src/studio/form.ts";
import { usualRoles, withRole } from "../../src/studio/roles.ts";
import { numberOr, toTyped, toValue } from "../../src/studio/typed.ts";

const INFO: FormInfo = {
  version: "1",
  problems: [
    { name: "sine", kind: "numbers", features: 1, options: { samples: 50, noise: 0.1, low: -10, high: 10, seed: 0 } },
    { name: "moons", kind: "labels", features: 2, options: { samples: 200, noise: 0.1, seed: 0 } },
  ],
  settings: {
    hidden: { kind: "list", default: [10], about: "" },
    activation: { kind: "names", default: ["sigmoid"], about: "", choices: ["sigmoid", "tanh"] },
    steps: { kind: "whole", default: 1000, about: "" },
    learning_rate: { kind: "number", default: null, about: "" },
    solver: { kind: "choice", default: "adam", about: "", choices: ["auto", "adam"] },
    scale: { kind: "switch", default: true, about: "" },
    seed: { kind: "whole", default: 0, about: "" },
  },
  activations: [],
  tables: [],
};
const HOSTILE = "<img src=x onerror=alert(1)>";
const TABLE: Table = {
  id: "0123456789ab",
  name: "a.csv",
  rows: 3,
  columns: [
    { name: HOSTILE, kind: "numbers", distinct: 3, missing: 0, feature: true },
    { name: "__proto__", kind: "numbers", distinct: 3, missing: 0, feature: true },
    { name: "same", kind: "numbers", distinct: 1, missing: 0, feature: false },
    { name: "y", kind: "numbers", distinct: 3, missing: 0, feature: true },
  ],
};

const set = (form: Form, settings: Form["settings"]): Form =>
  ({ ...form, settings: { ...form.settings, ...settings } });

test("a form that was not touched asks for nothing but the problem", () => {
  assert.deepEqual(bodyOf(createForm(INFO), INFO, []), { source: { problem: { name: "sine" } }, settings: {} });
});

test("what is typed is sent, numbers as numbers and the rest as it is", () => {
  const typed = { hidden: " 8, 8 ", steps: "2e3", learning_rate: "much", scale: false,
    activation: ["tanh", "sigmoid"] };
  const form = { ...set(createForm(INFO), typed), options: { sine: { samples: "0x10", noise: "0,3", low: "" } } };
  assert.deepEqual(bodyOf(form, INFO, []), {
    source: { problem: { name: "sine", samples: 16, noise: "0,3" } },
    settings: { hidden: [8, 8], steps: 2000, learning_rate: "much", scale: false, activation: ["tanh", "sigmoid"] },
  });
});

test("numbers that JSON would change are sent as text", () => {
  assert.equal(numberOr("12345678901234567890"), "12345678901234567890");
  assert.equal(numberOr("−3.5"), -3.5);
  assert.equal(numberOr("NaN"), "NaN");
  assert.equal(numberOr("1e999"), "1e999");
});

test("no hidden layer is a list of none, and an empty field the default", () => {
  assert.deepEqual(toValue("list", "none"), []);
  assert.equal(toTyped("list", []), "none");
  assert.equal(toValue("list", "  "), undefined);
  assert.deepEqual(toValue("list", "8 x 8"), [8, "x", 8]);
});

test("a table's last column is learned from the others that vary, whatever they are called", () => {
  const form: Form = { ...createForm(INFO), source: "table", table: TABLE.id, task: "regression" };
  assert.deepEqual(bodyOf(form, INFO, [TABLE]).source, {
    table: { id: TABLE.id, target: ["y"], features: [HOSTILE, "__proto__"], task: "regression" },
  });
});

test("there is one column of weights", () => {
  const roles = withRole(withRole(usualRoles(TABLE.columns), 0, "weights"), 1, "weights");
  assert.deepEqual(roles, ["", "weights", "", "target"]);
});

test("points are a curve of numbers or two features with names", () => {
  const points = [{ x: 1, y: 2, code: 0 }, { x: 3, y: 4, code: 1 }];
  const form: Form = { ...createForm(INFO), source: "points", curve: points, plane: points };
  assert.deepEqual(bodyOf(form, INFO, []).source, { points: { inputs: [[1], [3]], targets: [[2], [4]] } });
  assert.deepEqual(bodyOf({ ...form, classes: true }, INFO, []).source, {
    points: { inputs: [[1, 2], [3, 4]], labels: ["blue", "orange"] },
  });
});

test("what cannot be asked for yet is said", () => {
  const form = createForm(INFO);
  assert.equal(unready(form, []), "");
  assert.equal(unready({ ...form, source: "table", table: "gone" }, [TABLE]), "Choose or drop a table first.");
  assert.match(unready({ ...form, source: "points", curve: [{ x: 1, y: 1, code: 0 }] }, []), /at least two points/);
  const blue = [{ x: 1, y: 1, code: 0 }, { x: 2, y: 2, code: 0 }];
  const drawn: Form = { ...form, source: "points", classes: true, plane: blue };
  assert.match(unready(drawn, []), /both classes/);
  assert.equal(unready({ ...drawn, plane: [...blue, { x: 3, y: 1, code: 1 }] }, []), "");
});

test("a run's body put into the form asks for the same run", () => {
  const labels = ["orange", "blue"];
  const bodies: Body[] = [
    { source: { problem: { name: "moons", samples: 30 } }, settings: { hidden: [], seed: 4, learning_rate: 0.1 } },
    { source: { table: { id: TABLE.id, target: ["same"], features: ["y"], weights: HOSTILE } },
      settings: { scale: false } },
    { source: { points: { inputs: [[1], [2]], targets: [[3], [4]] } }, settings: { activation: ["tanh"] } },
    { source: { points: { inputs: [[1, 2], [2, 3]], labels } }, settings: {} },
  ];
  for (const body of bodies) {
    const touched = set(createForm(INFO), { steps: "7", hidden: "3" });
    assert.deepEqual(bodyOf(formOf(body, touched, INFO, [TABLE]), INFO, [TABLE]), body);
  }
});

test("what is remembered is taken up where it still fits, and nothing else", () => {
  const known = { problem: "gone", retrain: true, curve: "no list", settings: { steps: "12x", scale: "yes", more: 1 } };
  const form = createForm(INFO, known);
  assert.deepEqual(form, set({ ...createForm(INFO), retrain: true }, { steps: "12x" }));
  assert.deepEqual(createForm(INFO, "nonsense"), createForm(INFO));
});

test("a refusal stands at its field, and of two seeds at the one that has the value", () => {
  const form = set(createForm(INFO), { seed: "-1" });
  const seed = { text: "seed must be a whole number of at least 0. Got -1.", field: "seed" };
  const option = (typed: string) => (name: string) => (name === "seed" ? typed : undefined);
  assert.equal(fieldKey(seed, form, option("0")), "seed");
  assert.equal(fieldKey(seed, createForm(INFO), option("-1")), "source.seed");
  assert.equal(fieldKey({ text: "noise must be …", field: "noise" }, form, () => "x"), "source.noise");
  assert.equal(fieldKey({ text: "target must be …", field: "target" }, form, () => undefined), "source.target");
  assert.equal(fieldKey({ text: "Something else.", field: "" }, form, () => undefined), "");
});

test("a model is asked for alone or with a table, and without settings", () => {
  const models = [{ id: "abcdef012345", name: "m.onnx", network: "", features: [], outputs: [], classifier: false,
    named: false, origin: "" }];
  const info = { ...INFO, models };
  const form = { ...createForm(info), source: "model" as const };
  assert.equal(unready(form, [], []), "Choose or drop a model first.");
  assert.equal(unready(form, [], models), "");
  const wanted = { source: { model: { id: models[0].id } }, settings: {} };
  assert.deepEqual(bodyOf(set(form, { steps: "3" }), info, []), wanted);
  const read = { ...form, onTable: true, table: TABLE.id };
  assert.equal(unready(read, [], models), "Choose or drop a table first.");
  const body = bodyOf(read, info, [TABLE]);
  assert.deepEqual(body.source, { model: { id: models[0].id,
    table: { id: TABLE.id, target: ["y"], features: [HOSTILE, "__proto__"] } } });
  const typed = set(createForm(info), { steps: "3" });
  const again = formOf(body, typed, info, [TABLE]);
  assert.deepEqual(bodyOf(again, info, [TABLE]), body);
  assert.equal(again.settings.steps, "3");
});
