// Numbers that a person can multiply and add up by hand: what is shown is all there is to the calculation.

export interface Part {
  node: number;
  activation: number;
  weight: number;
  off: boolean;
}

export interface Row {
  node: number;
  off: boolean;
  /** The factors with as many digits as it takes for their product, rounded, to be what is shown. */
  activation: string;
  weight: string;
  contribution: string;
}

export interface Sum {
  rows: Row[];
  bias: string;
  /** Exactly what the contributions and the bias shown add up to. */
  total: string;
  /** The network's own value with the same decimals. */
  own: string;
  /** Units of the last decimal by which the two differ, from rounding each number: at most half the numbers added. */
  apart: number;
  decimals: number;
}

const LARGEST = 1e20; // beyond it toFixed writes powers of ten
const MOST_DECIMALS = 20;

/** Decimals that show a thousandth of a span. */
export function decimalsFor(span: number): number {
  if (!(span > 0) || !Number.isFinite(span)) return 4;
  return Math.max(0, Math.min(MOST_DECIMALS, 3 - Math.floor(Math.log10(span))));
}

/** The calculation in figures; null where a number is too large to be written out, or none. */
export function addable(parts: readonly Part[], bias: number, own: number, decimals: number): Sum | null {
  const numbers = [bias, own, ...parts.map(({ activation, weight }) => activation * weight)];
  if (numbers.some((value) => !(Math.abs(value) < LARGEST))) return null;
  const rows = parts.map((part) => rowOf(part, decimals));
  const written = [bias.toFixed(decimals), ...rows.map((row) => row.contribution)];
  const total = written.reduce((sum, text) => sum + units(text), 0n);
  return {
    rows: rows.map((row) => ({ ...row, contribution: tidy(row.contribution) })),
    bias: tidy(written[0]),
    total: tidy(fromUnits(total, decimals)),
    own: tidy(own.toFixed(decimals)),
    apart: Number(total - units(own.toFixed(decimals))),
    decimals,
  };
}

/** The sum of numbers as they are shown, exactly. */
export function added(texts: readonly string[], decimals: number): string {
  return tidy(fromUnits(texts.reduce((sum, text) => sum + units(text.replace("−", "-")), 0n), decimals));
}

function rowOf({ node, activation, weight, off }: Part, decimals: number): Row {
  const exact = off ? 0 : activation * weight;
  const [h, w] = factors(activation, weight, exact.toFixed(decimals), decimals, off);
  return { node, off, activation: tidy(h), weight: tidy(w), contribution: exact.toFixed(decimals) };
}

/** The shortest factors whose product, rounded to the decimals, is the product shown. */
function factors(h: number, w: number, product: string, decimals: number, off: boolean): [string, string] {
  for (let digits = 3; digits < 17; digits++) {
    const [one, other] = [plain(h, digits), plain(w, digits)];
    if (off || (Number(one) * Number(other)).toFixed(decimals) === product) return [one, other];
  }
  return [String(h), String(w)];
}

/** So many significant digits; a number close to 0 has no more than it needs. */
function plain(value: number, digits: number): string {
  if (value === 0) return "0";
  const text = value.toPrecision(digits);
  return text.includes("e") || !text.includes(".") ? text : text.replace(/0+$/, "").replace(/\.$/, "");
}

function units(text: string): bigint {
  return BigInt(text.replace(".", ""));
}

function fromUnits(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${value < 0n ? "-" : ""}${whole}${decimals ? `.${digits.slice(digits.length - decimals)}` : ""}`;
}

/** With a real minus sign, and none before a zero. */
function tidy(text: string): string {
  return /^-0(\.0+)?$/.test(text) ? text.slice(1) : text.replace(/-/g, "−");
}
