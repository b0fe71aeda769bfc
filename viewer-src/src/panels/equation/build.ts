// From a network of dense layers to its equations: one for a single hidden layer, else one for each node.

import type { Dense } from "../../core/network.ts";
import { weightName } from "../../state/edits.ts";
import type { Applied, Line, Part, Sum, Symbol, System, Term } from "./tree.ts";

export interface Given {
  layers: readonly Dense[];
  features: readonly string[];
  outputs: readonly string[];
  silent: ReadonlySet<string>;
  /** Of each feature, how many digits more its weights need. */
  extras: readonly number[];
}

/** The equations of one output, or of all where `output` is null or the outputs hang together. */
export function build(given: Given, output: number | null): System {
  const { layers } = given;
  const names = unique([...given.features, ...given.outputs]);
  const features = names.slice(0, given.features.length).map(named);
  const outputs = names.slice(given.features.length).map(named);
  const last = layers.length - 1;
  const joint = layers[last].activation === "softmax";
  const wanted = output === null || joint ? outputs.map((_, i) => i) : [output];
  const inline = layers.length === 2 && wanted.length === 1;
  const lines: Line[] = [];
  let values: Part[] = features;
  layers.slice(0, last).forEach((layer, at) => {
    const made = Array.from({ length: layer.outputs }, (_, node) => applied(given, at, node, values));
    if (inline) values = made;
    else {
      const symbols = made.map((_, node) => nodeSymbol(layers.length, at, node));
      made.forEach((right, node) => lines.push({ left: symbols[node], right, node: `${at}.${node}` }));
      values = symbols;
    }
  });
  if (joint) {
    const before = outputs.map((_, i): Symbol => ({ kind: "symbol", letter: "v", below: [i + 1], given: false }));
    before.forEach((left, i) => lines.push({ left, right: summed(given, last, i, values), node: "" }));
    outputs
      .map((left, i): Line => ({ left, right: { kind: "share", of: before[i], all: before }, node: "" }))
      .filter((_, i) => output === null || i === output)
      .forEach((line) => lines.push(line));
  } else {
    for (const i of wanted) lines.push({ left: outputs[i], right: applied(given, last, i, values), node: "" });
  }
  const results = output === null ? outputs : [outputs[output]];
  const activations = [...new Set(layers.map((layer) => layer.activation))];
  return { features, lines, results, activations };
}

const named = (letter: string): Symbol => ({ kind: "symbol", letter, below: [], given: true });

function nodeSymbol(layers: number, at: number, node: number): Symbol {
  return { kind: "symbol", letter: "h", below: layers > 2 ? [at + 1, node + 1] : [node + 1], given: false };
}

function applied(given: Given, at: number, node: number, values: readonly Part[]): Part {
  const { activation } = given.layers[at];
  const of = summed(given, at, node, values);
  return activation === "identity" ? of : ({ kind: "applied", activation, of } satisfies Applied);
}

/** The weighted sum of a node: of an output its bias first, of a hidden node last. */
function summed(given: Given, at: number, node: number, values: readonly Part[]): Sum {
  const { weight, bias, inputs } = given.layers[at];
  const extra = (i: number) => (at === 0 ? (given.extras[i] ?? 0) : 0);
  const read = values.map((factor, i) => ({ factor, i })).filter(({ i }) => !given.layers[at].appended || i === node);
  const terms = read.map(({ factor, i }): Term => {
    const source = at === 0 ? "" : `${at - 1}.${i}`;
    const value = weight[node * inputs + i];
    const part = { kind: "weight", value, name: weightName(at, node, i), extra: extra(i) } as const;
    return { weight: part, factor, node: source, off: given.silent.has(source) };
  });
  const most = at === 0 ? Math.max(0, ...given.extras) : 0;
  const own = { kind: "weight", value: bias[node], name: weightName(at, node, "b"), extra: most } as const;
  const constant: Term = { weight: own, factor: null, node: "", off: false };
  return { kind: "sum", terms: at === given.layers.length - 1 ? [constant, ...terms] : [...terms, constant] };
}

/** The names on one line each, "x" and "x (2)" where two are the same, and a word for an empty one. */
function unique(names: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of names) {
    const plain = name.replace(/[\p{C}\s]+/gu, " ").trim() || "unnamed";
    let candidate = plain;
    for (let count = 2; found.includes(candidate); count++) candidate = `${plain} (${count})`;
    found.push(candidate);
  }
  return found;
}
