// The view as text for an address, and back. What cannot be read is left as it is: an old link still opens.

import type { Document } from "../core/document.ts";
import type { View } from "./view.ts";

interface Code {
  write(value: never): string;
  read(text: string): unknown;
}

const number = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
};
const whole = (text: string): number | undefined => {
  const value = number(text);
  return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
};
const list = <T>(text: string, one: (part: string) => T | undefined): T[] | undefined => {
  const parts = text.split(",").map(one);
  return parts.some((part) => part === undefined) ? undefined : (parts as T[]);
};
const pair = (text: string): [number, number] | undefined => {
  const values = list(text, number);
  return values?.length === 2 ? [values[0], values[1]] : undefined;
};
const range = (text: string): [number, number] | undefined => {
  const found = pair(text);
  return found && found[0] < found[1] ? found : undefined;
};
const node = (text: string): string | undefined => (/^\d+\.\d+$/.test(text) ? text : undefined);

const WEIGHT = /^\d+\.\d+\.(\d+|b)$/;

const WHOLE: Code = { write: (value: number) => String(value), read: whole };
const NUMBER: Code = { write: (value: number) => String(value), read: number };
const SWITCH: Code = { write: () => "1", read: (text) => (text === "1" ? true : undefined) };
const RANGE: Code = { write: (value: readonly number[]) => value.join(","), read: range };

const CODES: Record<keyof View, Code> = {
  snapshot: WHOLE,
  x: RANGE,
  y: RANGE,
  output: WHOLE,
  along: {
    write: (value: readonly number[]) => value.join(","),
    read: (text) => {
      const found = list(text, whole);
      return found && found.length <= 2 && new Set(found).size === found.length ? found : undefined;
    },
  },
  sample: WHOLE,
  node: { write: (value: string) => value, read: node },
  weight: { write: (value: string) => value, read: (text) => (WEIGHT.test(text) ? text : undefined) },
  off: { write: (value: readonly string[]) => value.join(","), read: (text) => list(text, node) },
  edits: {
    write: (value: Record<string, number>) => Object.entries(value).map(([key, w]) => `${key}:${w}`).join(","),
    read: (text) => {
      const found = list(text, (part) => {
        const [key, value] = part.split(":");
        const weight = number(value ?? "");
        return WEIGHT.test(key) && weight !== undefined ? ([key, weight] as const) : undefined;
      });
      return found && Object.fromEntries(found);
    },
  },
  start: WHOLE,
  cursor: NUMBER,
  cursorY: NUMBER,
  level: {
    write: (value: string) => value,
    read: (text) => (["operations", "bias", "nodes", "short"].includes(text) ? text : undefined),
  },
  full: { write: (value: boolean) => (value ? "1" : "0"), read: (text) => (text === "1" ? true : undefined) },
  turn: { write: (value: readonly number[]) => value.join(","), read: pair },
  height: {
    write: (value: string) => value,
    read: (text) => (["output", "logit", "node"].includes(text) ? text : undefined),
  },
  theme: {
    write: (value: string) => value,
    read: (text) => (text === "light" || text === "dark" ? text : undefined),
  },
  layer: WHOLE,
  ownScales: SWITCH,
  allNodes: SWITCH,
  around: SWITCH,
  voted: WHOLE,
  asked: { write: (value: number | string) => String(value), read: (text) => (text === "cursor" ? text : whole(text)) },
};

const NAMES = Object.keys(CODES) as (keyof View)[];

/** The view as `name=value&…`; what is as `initial` is left out. */
export function toAddress(view: View, initial: View): string {
  const parts: string[] = [];
  for (const name of NAMES) {
    const value = view[name].value;
    if (JSON.stringify(value) === JSON.stringify(initial[name].peek()) || value === null) continue;
    const text = CODES[name].write(value as never);
    parts.push(`${name}=${encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
  }
  return parts.join("&");
}

/** Set every field of the view that `text` names and that can be read; the others go back to `initial`. */
export function fromAddress(text: string, view: View, initial: View): void {
  const given = new URLSearchParams(text);
  for (const name of NAMES) {
    const written = given.get(name);
    const value = written === null ? undefined : CODES[name].read(written);
    (view[name] as { value: unknown }).value = value === undefined ? initial[name].peek() : value;
  }
}

/** Put back what this document does not have: a link may be from another run. */
export function restrict(view: View, initial: View, doc: Document): void {
  const { feature_names, output_names, sizes } = doc.network;
  const there = (node: string) => {
    const [layer, index] = node.split(".").map(Number);
    return layer < sizes.length - 2 && index < sizes[layer + 1];
  };
  view.off.value = view.off.peek().filter(there);
  if (view.node.peek() !== null && !there(view.node.peek() as string)) view.node.value = null;
  const most: [{ value: number | null; peek(): number | null }, number][] = [
    [view.output, output_names.length],
    [view.start, doc.tensors.get("starts.parameters")?.shape[0] ?? 0],
    [view.voted, output_names.length],
    [view.sample, doc.tensors.get("data.inputs")?.shape[0] ?? 0],
  ];
  for (const [field, count] of most) if ((field.peek() ?? 0) >= count) field.value = field === view.output ? 0 : null;
  const asked = view.asked.peek();
  if (typeof asked === "number" && asked >= (doc.tensors.get("data.inputs")?.shape[0] ?? 0)) view.asked.value = null;
  if (view.along.peek().some((feature) => feature >= feature_names.length)) view.along.value = initial.along.peek();
}
