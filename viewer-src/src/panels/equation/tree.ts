// The expressions a network is written with. Nothing here knows how they are printed.

/** A weight or bias. */
export interface Weight {
  kind: "weight";
  value: number;
  /** As the edits know it. */
  name: string;
  /** Digits it needs beyond the usual ones, because what it stands beside nearly cancels it. */
  extra: number;
}

/** A feature, a node's value, or an output. */
export interface Symbol {
  kind: "symbol";
  letter: string;
  /** Layer and number of a node, from 1; empty where there is one layer or one of them. */
  below: readonly number[];
  /** Whether the person gave the name, which may then hold any character. */
  given: boolean;
}

/** weight · factor. */
export interface Term {
  weight: Weight;
  factor: Part | null;
  /** The node whose contribution it is, as "layer.node", or "". */
  node: string;
  /** Switched off: it is not part of the sum. */
  off: boolean;
}

export interface Sum {
  kind: "sum";
  terms: readonly Term[];
}

/** An activation of a sum. */
export interface Applied {
  kind: "applied";
  activation: string;
  of: Sum;
}

/** exp(of) over the sum of exp(v) for all v. */
export interface Share {
  kind: "share";
  of: Symbol;
  all: readonly Symbol[];
}

export type Part = Symbol | Sum | Applied | Share;

export interface Line {
  left: Symbol;
  right: Part;
  /** The hidden node it defines, or "". */
  node: string;
}

export interface System {
  features: readonly Symbol[];
  lines: readonly Line[];
  /** What the lines are for. */
  results: readonly Symbol[];
  activations: readonly string[];
}

/** The terms that are part of a sum. */
export function added(sum: Sum): readonly Term[] {
  return sum.terms.filter((term) => !term.off);
}
