import assert from "node:assert/strict";
import test from "node:test";
import { activations, find } from "../src/core/activations.ts";
import { evaluate, type Dense, type Network } from "../src/core/network.ts";
import { build, type Given } from "../src/panels/equation/build.ts";
import { NAMES as WRITTEN, pythonName } from "../src/panels/equation/phi.ts";
import { python, statements } from "../src/panels/equation/python.ts";
import { latex, text } from "../src/panels/equation/text.ts";
import { edited } from "../src/state/edits.ts";
import { network, random } from "./networks.ts";

const PLAIN = Object.keys(activations).filter((name) => name !== "softmax");
const NAMES = [...PLAIN, "leaky_relu(0.2)", "leaky_relu(1.5)", "elu(0.5)", "elu(1e-7)"];

function given(of: Network, more: Partial<Given> = {}): Given {
  const layers = of.layers as Dense[];
  const names = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
  const [features, outputs] = [names("x", of.inputs), names("y", of.outputs)];
  return { layers, features, outputs, silent: new Set(), extras: [], ...more };
}

type Functions = Record<string, unknown>;
const PHIS: Functions = {
  ...Object.fromEntries(NAMES.map((name) => [pythonName(name), find(name).value])),
  leaky_relu: (z: number, slope = 0.01) => find(`leaky_relu(${slope})`).value(z),
  elu: (z: number, alpha = 1) => find(`elu(${alpha})`).value(z),
};

/** What a text's lines give, computed by JavaScript from the text alone. */
function computed(lines: readonly string[], point: Functions, functions: Functions): Functions {
  const known = { ...functions, ...point };
  for (const line of lines) {
    const [left, right] = [line.slice(0, line.indexOf(" = ")), line.slice(line.indexOf(" = ") + 3)];
    (known as Functions)[left] = new Function(...Object.keys(known), `return ${right};`)(...Object.values(known));
  }
  return known;
}

/** The plain text in the letters of JavaScript. */
function plain(line: string): string {
  return line
    .replaceAll("−", "-").replaceAll("·", "*").replaceAll("σ(", "sigmoid(")
    .replaceAll("⌊", "floor(").replaceAll("⌋", ")")
    .replace(/\|([^|]*)\|/g, "abs($1)").replace(/\[([^\]]*) > 0\]/g, "(($1) > 0 ? 1 : 0)")
    .replace(/--/g, "- -");
}

const TEXT = { ...PHIS, max: Math.max, cos: Math.cos, sin: Math.sin, abs: Math.abs, exp: Math.exp, tanh: Math.tanh };
const NP = {
  tanh: Math.tanh, cos: Math.cos, sin: Math.sin, abs: Math.abs, maximum: Math.max, exp: Math.exp,
  where: (yes: boolean, one: number, other: number) => (yes ? one : other),
};

function close(found: number, wanted: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)) * 100, `${what}: ${found} for ${wanted}`);
}

function check(of: Network, seed: number, silent = new Set<string>()): void {
  const next = random(seed);
  const point = Array.from({ length: of.inputs }, () => 6 * next() - 3);
  const trace = evaluate(of, point.map((value) => Float64Array.of(value)), silent);
  const features = Object.fromEntries(point.map((value, i) => [`x${i + 1}`, value]));
  for (let output = 0; output < of.outputs; output++) {
    const system = build(given(of, { silent }), output);
    const lines = text(system, true).split("\n").slice(0, system.lines.length).map(plain);
    const name = `y${output + 1}`;
    close(computed(lines, features, TEXT)[name] as number, trace.output[output][0], lines.join("; "));
    const source = statements(system).map((line) => line.replace(/\s+/g, " "));
    close(computed(source, features, { ...PHIS, np: NP })[name] as number, trace.output[output][0], source.join("; "));
  }
}

test("the written equations compute what the network does, for every activation", () => {
  NAMES.forEach((name, i) => {
    check(network([1, 5, 1], name, "identity", i + 1), i);
    check(network([3, 4, 2], name, "tanh", i + 50), i);
    check(network([2, 3, 3, 2], name, "identity", i + 100), i);
  });
});

test("an activation with a parameter, word by word", () => {
  const system = build(given(small("leaky_relu(0.2)"), { features: ["x"], outputs: ["y"] }), 0);
  assert.equal(
    text(system, false),
    "y = 0.31 − 1.2·leaky_relu(0.8·x + 0.1, 0.2) + 30000·leaky_relu(−2·x + 1, 0.2)\n" +
      "where leaky_relu(z, 0.2) = max(0.2·z, z)",
  );
  assert.ok(latex(system, false).includes("\\operatorname{leaky\\_relu}\\left(0.8 \\cdot x + 0.1, 0.2\\right)"));
  const source = python(system, "1-2-1 leaky_relu(0.2)");
  assert.ok(source.includes("def leaky_relu_0_2(z):\n    return np.maximum(0.2 * z, z)\n"));
  assert.ok(source.includes("- 1.2 * leaky_relu_0_2(0.8 * "));
});

test("those of a softmax, too", () => {
  check(network([2, 3, 3], "tanh", "softmax", 7), 7);
  check(network([2, 3], "tanh", "softmax", 8), 8);
});

test("nodes that are off are left out", () => {
  check(network([1, 4, 1], "sigmoid", "identity", 3), 3, new Set(["0.1", "0.3"]));
  check(network([2, 3, 3, 1], "relu", "identity", 4), 4, new Set(["0.0", "1.2"]));
  check(network([1, 2, 1], "sigmoid", "identity", 5), 5, new Set(["0.0", "0.1"]));
});

test("weights changed by hand are written as changed", () => {
  const of = edited(network([1, 2, 1], "tanh", "identity", 3), { "0.0.0": 0.5, "1.0.b": -1.25, "1.0.1": -2 });
  check(of, 3);
  const [{ right }] = build(given(of), 0).lines;
  assert.ok(right.kind === "sum");
  assert.deepEqual(right.terms.map(({ weight }) => [weight.name, weight.value]), [
    ["1.0.b", -1.25], ["1.0.0", (of.layers[1] as Dense).weight[0]], ["1.0.1", -2],
  ]);
});

function small(activation: string): Network {
  const dense = (weight: number[], bias: number[], inputs: number, activation: string): Dense => ({
    kind: "dense", activation, inputs, outputs: bias.length,
    weight: Float64Array.from(weight), bias: Float64Array.from(bias),
  });
  const hidden = dense([0.8, -2], [0.1, 1], 1, activation);
  return { inputs: 1, outputs: 1, layers: [hidden, dense([-1.2, 30000], [0.31], 2, "identity")] };
}

test("the texts, word by word", () => {
  const system = build(given(small("sigmoid"), { features: ["x"], outputs: ["y"] }), 0);
  assert.equal(
    text(system, false),
    "y = 0.31 − 1.2·σ(0.8·x + 0.1) + 30000·σ(−2·x + 1)\nwhere σ(z) = 1/(1 + exp(−z))",
  );
  assert.equal(
    latex(system, false),
    "\\begin{align*}\ny &= 0.31 - 1.2 \\cdot \\sigma\\left(0.8 \\cdot x + 0.1\\right) + 30000 \\cdot " +
      "\\sigma\\left(-2 \\cdot x + 1\\right) \\\\\n" +
        "\\sigma\\left(z\\right) &= \\frac{1}{1 + e^{-z}} \\\\\n\\end{align*}",
  );
  assert.equal(
    python(build(given(small("relu"), { features: ["x"], outputs: ["y"] }), null), "1-2-1 relu"),
    '"""1-2-1 relu, written by nodewise."""\n\nimport numpy as np\n\n\ndef predict(x):\n' +
      '    """Return the outputs [sample, output] for x [sample, feature].\n\n' +
        '    Features: x.\n    Outputs: y.\n    """\n' +
      "    x = np.asarray(x, dtype=float)\n    x_2 = x[:, 0]\n" +
      "    y = 0.31 - 1.2 * np.maximum(0.0, 0.8 * x_2 + 0.1) + 30000.0 * np.maximum(0.0, -2.0 * x_2 + 1.0)\n" +
      "    return np.column_stack(np.broadcast_arrays(y, x[:, 0])[:-1])\n",
  );
});

test("a feature far from 0 gets the digits it needs", () => {
  const system = build(given(small("tanh"), { features: ["year"], outputs: ["y"], extras: [3] }), 0);
  assert.match(text(system, false), /^y = 0\.31 − 1\.2·tanh\(0\.8·year \+ 0\.1\)/);
  (system.lines[0].right as unknown as { terms: { factor: { of: { terms: { weight: { value: number } }[] } } }[] })
    .terms[1].factor.of.terms[0].weight.value = 1.23456789;
  assert.match(text(system, false), /tanh\(1\.23457·year/);
});

test("names that could be read as more are quoted, escaped or replaced", () => {
  const hostile = ['"""\nimport os', "$1 & \\x_y", "class"];
  const of = network([3, 2, 1], "tanh", "identity", 5);
  const system = build(given(of, { features: hostile, outputs: ["h1"] }), null);
  const source = python(system, "a \"\"\" name");
  assert.ok(!source.replace(/^"""a .* by nodewise\."""$/m, "").includes('""" name'));
  assert.equal(source.split('"""').length, 5);
  assert.ok(source.includes("    import_os = x[:, 0]\n    n_1_x_y = x[:, 1]\n    class_2 = x[:, 2]\n"));
  assert.ok(latex(system, false).includes("\\mathrm{\\$1\\ \\&\\ \\backslash x\\_y}"));
  assert.ok(text(system, false).includes("“$1 & \\x_y”"));
});

test("every activation of the page has its formula", () => {
  assert.deepEqual([...WRITTEN].sort(), PLAIN.sort());
});
