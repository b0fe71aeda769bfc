// How the things in a diagram are called, and how much room a text takes at most.

import { nice, significant } from "../../core/numbers.ts";

const below = (index: number): string =>
  [...String(index)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");

/** A letter with indices below it: w₁₂, and with a comma between them where one has two digits. */
export function symbol(letter: string, ...indices: readonly number[]): string {
  const between = indices.length > 1 && Math.max(...indices) > 9 ? "," : "";
  return letter + indices.map(below).join(between);
}

/** Most CSS pixels a text can take; the letters of usual fonts are narrower. */
export function atMost(text: string, size: number): number {
  let width = 0;
  for (const letter of text) {
    if (/[₀-₉.,:;ijl|' ()[\]]/.test(letter)) width += 0.42;
    else if (/[A-ZΣΦmw…—@%&]/.test(letter)) width += 0.92;
    else width += /[^\x20-\u024f−·]/.test(letter) ? 1 : 0.62;
  }
  return Math.ceil(width * size);
}

/** A number with the minus sign that is as wide as a plus. */
export function minus(text: string): string {
  return text.replace("-", "−").replace("e−", "e-");
}

/** A number in at most 8 letters, with 3 significant digits or, where those are longer, 2. */
export function brief(value: number): string {
  const text = nice(value);
  if (text.length <= 7) return minus(text);
  return minus(Math.abs(value) < 0.01 || Math.abs(value) >= 1e5 ? powers(value) : significant(value, 2));
}

/** A number in as few letters as a circle has room for: 2 significant digits and no 0 before the point. */
export function tight(value: number): string {
  const text = significant(value, 2);
  return minus((text.length > 6 ? powers(value) : text).replace(/^(-?)0\./, "$1."));
}

const powers = (value: number): string => value.toExponential(1).replace("e+", "e").replace(".0e", "e");
