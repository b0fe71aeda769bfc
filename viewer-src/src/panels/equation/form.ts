// How expressions become text: one walk that knows signs, and the words each form fills in.

import { added, type Part, type Sum, type Symbol, type Term, type Weight } from "./tree.ts";

export interface Form {
  /** Writes a number that is not negative. */
  number(value: number, weight: Weight): string;
  symbol(symbol: Symbol): string;
  plus: string;
  minus: string;
  negative: string;
  times: string;
  parentheses(inside: string): string;
  /** The activation of an argument. */
  applied(activation: string, inside: string): string;
  share(of: string, all: readonly string[]): string;
}

export function write(form: Form, part: Part): string {
  switch (part.kind) {
    case "symbol":
      return form.symbol(part);
    case "applied":
      return form.applied(part.activation, write(form, part.of));
    case "share":
      return form.share(form.symbol(part.of), part.all.map(form.symbol));
    default:
      return sum(form, part);
  }
}

function sum(form: Form, part: Sum): string {
  return added(part)
    .map((term, i) => (i === 0 ? (isNegative(term.weight) ? form.negative : "") : sign(form, term)) + size(form, term))
    .join("");
}

const sign = (form: Form, { weight }: Term): string => (isNegative(weight) ? form.minus : form.plus);

export function isNegative({ value }: Weight): boolean {
  return value < 0 || Object.is(value, -0);
}

function size(form: Form, { weight, factor }: Term): string {
  const number = form.number(Math.abs(weight.value), weight);
  if (factor === null) return number;
  const inside = write(form, factor);
  return number + form.times + (factor.kind === "sum" ? form.parentheses(inside) : inside);
}
