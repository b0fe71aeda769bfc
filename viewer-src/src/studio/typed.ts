// Between what a person types and what the server is told. What is no number goes as it is: the server says why not.

import type { Kind, Setting, Value } from "./api.ts";

/** What stands in a field: text, a tick, or a name for each layer. */
export type Typed = string | boolean | readonly string[];

const NONE = /^(none|\(\)|\[\])$/i;

/** The number a text is, else the text itself. */
export function numberOr(text: string): number | string {
  const words = text.trim().replace("−", "-");
  const value = Number(words);
  if (words === "" || !Number.isFinite(value)) return text.trim();
  return /^[+-]?\d+$/.test(words) && !Number.isSafeInteger(value) ? words : value;
}

/** What the server is told of a field; undefined for one that is left to its default. */
export function toValue(kind: Kind, typed: Typed): Value | undefined {
  if (typeof typed !== "string") return typed;
  if (typed.trim() === "") return undefined;
  if (kind === "list") {
    return NONE.test(typed.trim()) ? [] : typed.trim().split(/[\s,;]+/).filter(Boolean).map(numberOr);
  }
  if (kind === "names") return [typed];
  return kind === "choice" ? typed : numberOr(typed);
}

/** What stands in a field that has this value. */
export function toTyped(kind: Kind, value: Value | undefined): Typed {
  if (kind === "switch") return value === true;
  if (kind === "names") return Array.isArray(value) ? value.map(String) : [String(value ?? "")];
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.length ? value.join(", ") : "none";
  return String(value);
}

/** The hidden layers a text names, as many as can be read. */
export function layersOf(typed: Typed | undefined): number {
  const value = typeof typed === "string" ? toValue("list", typed) : undefined;
  return Array.isArray(value) ? value.length : 1;
}

/** Whether a field that says `typed` asks for the setting's default. */
export function isDefault(setting: Setting, typed: Typed): boolean {
  const value = toValue(setting.kind, typed);
  return value === undefined || JSON.stringify(value) === JSON.stringify(setting.default);
}
