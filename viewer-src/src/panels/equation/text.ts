// The equations as plain text and as LaTeX.

import { nice, significant } from "../../core/numbers.ts";
import { write, type Form } from "./form.ts";
import { named, phi } from "./phi.ts";
import type { Line, Symbol, System, Weight } from "./tree.ts";

/** A number that is not negative, with 3 significant digits and those it needs beyond, or in full. */
export function digits(value: number, { extra }: Pick<Weight, "extra">, full: boolean): string {
  if (full) return String(value).replace("e+", "e");
  return extra === 0 ? nice(value) : significant(value, 3 + extra);
}

/** One line per equation, and below them what is called by name. */
export function text(system: System, full: boolean): string {
  const form = textForm(full);
  const said = named(system.activations);
  const notes = new Set(said.flatMap(({ meaning }) => (meaning.note ? [meaning.note] : [])));
  return [
    ...system.lines.map((line) => `${form.symbol(line.left)} = ${write(form, line.right)}`),
    ...said.map((phi) => `where ${phi.text.replace("@", "z")} = ${phi.meaning.text}`),
    ...[...notes].map((note) => `where ${note}`),
  ].join("\n");
}

export function textForm(full: boolean): Form {
  return {
    number: (value, weight) => digits(value, weight, full),
    symbol: textSymbol,
    plus: " + ",
    minus: " − ",
    negative: "−",
    times: "·",
    parentheses: (inside) => `(${inside})`,
    applied: (activation, inside) => fill(phi(activation).text, inside),
    share: (of, all) => `exp(${of})/(${all.map((one) => `exp(${one})`).join(" + ")})`,
  };
}

/** A name as it is, or in quotes where it could be read as more than a name. */
export function textSymbol({ letter, below, given }: Symbol): string {
  if (!given) return letter + below.join("_");
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(letter) ? letter : `“${letter}”`;
}

/** An align* environment. */
export function latex(system: System, full: boolean): string {
  const form: Form = {
    number: (value, weight) => digits(value, weight, full).replace(/^(.*)e(.*)$/, "$1 \\times 10^{$2}"),
    symbol: latexSymbol,
    plus: " + ",
    minus: " - ",
    negative: "-",
    times: " \\cdot ",
    parentheses: (inside) => `\\left(${inside}\\right)`,
    applied: (activation, inside) => fill(phi(activation).latex, inside),
    share: (of, all) => `\\frac{e^{${of}}}{${all.map((one) => `e^{${one}}`).join(" + ")}}`,
  };
  const line = ({ left, right }: Line) => `${latexSymbol(left)} &= ${write(form, right)} \\\\`;
  const said = named(system.activations).map((phi) => `${phi.latex.replace("@", "z")} &= ${phi.meaning.latex} \\\\`);
  return ["\\begin{align*}", ...system.lines.map(line), ...said, "\\end{align*}"].join("\n");
}

// A function, because in a replacement "$" would have a meaning and names may hold it.
const fill = (template: string, inside: string): string => template.replace("@", () => inside);

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\backslash ", "{": "\\{", "}": "\\}", $: "\\$", "#": "\\#", "%": "\\%", "&": "\\&", _: "\\_",
  "^": "ˆ", "~": "\\sim ", " ": "\\ ", "-": "{-}",
};

function latexSymbol({ letter, below, given }: Symbol): string {
  const numbered = /^([A-Za-z])_?(\d*)$/.exec(letter);
  const marks = below.length ? `_{${below.join(",")}}` : "";
  if (!given) return letter + marks;
  if (numbered) return numbered[2] ? `${numbered[1]}_{${numbered[2]}}` : numbered[1];
  return `\\mathrm{${[...letter].map((one) => ESCAPES[one] ?? one).join("")}}`;
}
