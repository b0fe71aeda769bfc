// The equations as Python source that needs NumPy and nothing else, in full precision.

import { write, type Form } from "./form.ts";
import { NAMES, phi, pythonName } from "./phi.ts";
import type { Symbol, System } from "./tree.ts";

const RESERVED = new Set([
  "np", "math", "erf", "x", "predict", ...NAMES,
  ..."False None True and as assert async await break class continue def del elif else except finally".split(" "),
  ..."for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(" "),
]);
const WIDTH = 108;

/** The source of a module with `predict`. */
export function python(system: System, about: string): string {
  const names = identifiers(system);
  const results = system.results.map((one) => names.get(one)).join(", ");
  const erf = system.activations.includes("gelu");
  return [
    `"""${words(about)}, written by nodewise."""\n`,
    ...(erf ? ["import math\n"] : []),
    `import numpy as np\n${erf ? "\nerf = np.vectorize(math.erf, otypes=[float])\n" : ""}`,
    ...system.activations.filter((name) => phi(name)?.meaning).map((name) => `\n${definition(name)}`),
    `\ndef predict(x):`,
    `    """Return the outputs [sample, output] for x [sample, feature].\n`,
    `    Features: ${listed(system.features)}.`,
    `    Outputs: ${listed(system.results)}.\n    """`,
    "    x = np.asarray(x, dtype=float)",
    ...system.features.map((feature, i) => `    ${names.get(feature)} = x[:, ${i}]`),
    ...statements(system).map((line) => `    ${line}`),
    `    return np.column_stack(np.broadcast_arrays(${results}, x[:, 0])[:-1])`,
    "",
  ].join("\n");
}

/** One assignment per equation. */
export function statements(system: System): string[] {
  const names = identifiers(system);
  const form = pythonForm(names);
  return system.lines.map(({ left, right }) => wrapped(`${names.get(left)} = `, write(form, right)));
}

function wrapped(left: string, right: string): string {
  if (left.length + right.length + 4 <= WIDTH) return left + right;
  const lines = [""];
  for (const piece of right.split(/(?<= [+-]) /)) {
    const at = lines.length - 1;
    if (lines[at].length + piece.length > WIDTH - 10) lines.push(piece);
    else lines[at] = lines[at] ? `${lines[at]} ${piece}` : piece;
  }
  return [`${left}(`, ...lines.map((line) => `        ${line}`), "    )"].join("\n");
}

function pythonForm(names: ReadonlyMap<Symbol, string>): Form {
  return {
    number: (value) => (Number.isInteger(value) && value < 1e16 ? `${value}.0` : String(value).replace("e+", "e")),
    symbol: (symbol) => names.get(symbol) ?? symbol.letter,
    plus: " + ",
    minus: " - ",
    negative: "-",
    times: " * ",
    parentheses: (inside) => `(${inside})`,
    applied: (activation, inside) =>
      phi(activation).python.replace("@", activation === "step" ? `(${inside})` : inside),
    share: (of, all) => `1.0 / (${all.map((one) => `np.exp(${one} - ${of})`).join(" + ")})`,
  };
}

function definition(name: string): string {
  return `def ${pythonName(name)}(z):\n    return ${phi(name).meaning?.python}\n`;
}

/** A Python name for every symbol, no two the same and none a word that is taken. */
function identifiers(system: System): Map<Symbol, string> {
  const found = new Map<Symbol, string>();
  const taken = new Set([...RESERVED, ...system.activations.map(pythonName)]);
  const add = (symbol: Symbol, base: string) => {
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
    taken.add(name);
    found.set(symbol, name);
  };
  for (const { left } of system.lines) if (!left.given) add(left, left.letter + left.below.join("_"));
  for (const symbol of [...system.features, ...system.results]) add(symbol, identifier(symbol.letter));
  return found;
}

function identifier(name: string): string {
  const cleaned = name.normalize("NFKC").replace(/[^A-Za-z0-9_]+/g, "_").replace(/_+/g, "_").replace(/^_|_$/g, "");
  return /^[A-Za-z]/.test(cleaned) ? cleaned : cleaned ? `n_${cleaned}` : "unnamed";
}

const listed = (symbols: readonly Symbol[]): string => symbols.map(({ letter }) => words(letter)).join(", ");

/** Text that can stand in a docstring. */
function words(text: string): string {
  return text.replace(/\p{C}/gu, " ").replaceAll("\\", "\\\\").replaceAll('"', '\\"').trim();
}
