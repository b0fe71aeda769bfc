// What a diagram consists of: shapes, lines and words with their places, in CSS pixels. Plain data, without weights:
// those change while a place stays.

import type { Box } from "../../draw/frame.ts";

export const LEVELS = ["operations", "bias", "nodes", "short"] as const;
export type Level = (typeof LEVELS)[number];

export type Kind =
  | "feature" | "node" | "output" | "bias" | "weight" | "product" | "sum" | "activation" | "joint" | "more";

/** Where a weight stands in the network; feature -1 is the bias. */
export interface Place {
  layer: number;
  node: number;
  feature: number;
}

/** A shape around (x, y). */
export interface Shape {
  kind: Kind;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Number of the dense layer, from 0; -1 for the features. */
  layer: number;
  /** Of a feature, node or output; of an operation, that of its node. */
  index: number;
  /** What it is called, such as y₁, or its words. */
  text: string;
  /** The weight or bias it is about. */
  weight?: Place;
}

/** A line from one shape to another. */
export interface Link {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** The node the number comes from, as "layer.node", or "" where it is no node. */
  source: string;
  /** The weight it is multiplied by; none where it is passed on as it is. */
  weight?: Place;
}

/** A text beside the shapes; it is centred on y, and takes at most `most` pixels. */
export interface Word {
  text: string;
  x: number;
  y: number;
  size: number;
  align: "left" | "center" | "right";
  most: number;
  kind: "heading" | "name";
}

/** Where a weight is written on its line. */
export interface Figure {
  weight: Place;
  x: number;
  y: number;
}

export interface Graph {
  level: Level;
  shapes: readonly Shape[];
  links: readonly Link[];
  words: readonly Word[];
  figures: readonly Figure[];
  /** Whether a number fits into every circle. */
  roomy: boolean;
}

/** What a diagram is of. */
export interface Subject {
  /** Numbers of features, nodes per hidden layer, outputs. */
  sizes: readonly number[];
  activations: readonly string[];
  /** Names beside features and outputs. */
  features: readonly string[];
  outputs: readonly string[];
  /** Whether the last activation acts on all its nodes together. */
  joint: boolean;
  /** Whether the last layer only scales each output. */
  appended: boolean;
}

export const FIGURE = { width: 50, height: 13, size: 10 } as const;

/** The box a word may take. */
export function boxOfWord(word: Word): Box {
  const left = word.x - { left: 0, center: word.most / 2, right: word.most }[word.align];
  return { x: left, y: word.y - 0.6 * word.size, width: word.most, height: 1.2 * word.size };
}

export function boxOfShape({ x, y, width, height }: Shape): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

export function boxOfFigure({ x, y }: Figure): Box {
  return { x: x - FIGURE.width / 2, y: y - FIGURE.height / 2, width: FIGURE.width, height: FIGURE.height };
}

/** Whether two boxes have less than `clear` pixels between them. */
export function touch(one: Box, other: Box, clear = 0): boolean {
  return (
    Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x) > -clear &&
    Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y) > -clear
  );
}
