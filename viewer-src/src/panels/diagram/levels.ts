// Which level is drawn: the one asked for, or, where that could not be read, the next that can.

import type { Size } from "../../draw/frame.ts";
import { circles, circlesHeight } from "./circles.ts";
import { LEVELS, type Graph, type Level, type Subject } from "./graph.ts";
import { operations, operationsHeight, operationsWidth } from "./operations.ts";

const WIDEST = 24; // nodes in a layer that can still be told apart
const HIGHEST = 760; // pixels

export const ABOUT: Readonly<Record<Level, { name: string; about: string }>> = {
  operations: {
    name: "Operations",
    about: "Every operation: values times weights (u), their sums (v), the activation of each (y).",
  },
  bias: {
    name: "Nodes and bias nodes",
    about: "A circle is a node, a line a weight; the nodes of value 1 carry the biases.",
  },
  nodes: { name: "Nodes", about: "A circle is a node, filled by its bias; a line is a weight." },
  short: { name: "Shortened", about: "A circle is a node, filled by its bias; a line is a weight." },
};

export interface Choice {
  level: Level;
  /** Why it is not the level that was asked for, or "". */
  why: string;
}

/** The level to draw at a width. */
export function chosen(subject: Subject, asked: string, width: number): Choice {
  const wanted = LEVELS.find((level) => level === asked) ?? "bias";
  const widest = Math.max(...subject.sizes);
  if (wanted === "short") return { level: "short", why: "" };
  if (widest > WIDEST) {
    const why = `A layer of ${widest} is too wide to be drawn in full, which goes up to ${WIDEST}: it is shortened.`;
    return { level: "short", why };
  }
  if (wanted !== "operations") return { level: wanted, why: "" };
  const high = operationsHeight(subject);
  if (high > HIGHEST) {
    return { level: "bias", why: "All operations would be too many to be read; these are the nodes." };
  }
  const needs = operationsWidth(subject);
  if (needs <= width) return { level: "operations", why: "" };
  return { level: "bias", why: `All operations need ${Math.ceil(needs)} pixels across; these are the nodes.` };
}

export function heightOf(subject: Subject, level: Level): number {
  return level === "operations" ? operationsHeight(subject) : circlesHeight(subject, level);
}

export function layout(subject: Subject, level: Level, size: Size): Graph {
  return level === "operations" ? operations(subject, size) : circles(subject, level, size);
}
