// What a person has chosen to see. Every field is a signal, and all of them together fit in an address.

import { signal, type Signal } from "@preact/signals";
import type { Range } from "../draw/ticks.ts";

export interface View {
  /** Index of the snapshot; null for the network that was kept. */
  snapshot: Signal<number | null>;
  /** Visible range of the feature along x, null for the data's own. */
  x: Signal<Range | null>;
  /** Visible range of the output, null for one that fits. */
  y: Signal<Range | null>;
  output: Signal<number>;
  /** The one or two features the pictures run along. */
  along: Signal<readonly number[]>;
  /** The sample the other features are taken from; null for their median. */
  sample: Signal<number | null>;
  /** The node that is lit up, as "layer.node", both from 0. */
  node: Signal<string | null>;
  /** The weight that is picked, named as in `edits`. */
  weight: Signal<string | null>;
  /** Nodes that are switched off, as "layer.node". */
  off: Signal<readonly string[]>;
  /** Weights and biases changed by hand, in the user's units: "layer.node.feature", feature "b" for the bias. */
  edits: Signal<Readonly<Record<string, number>>>;
  /** The start that is shown in place of the kept one. */
  start: Signal<number | null>;
  /** Where along x the numbers are read off. */
  cursor: Signal<number | null>;
  /** The same along the second feature of a plane. */
  cursorY: Signal<number | null>;
  /** How much a diagram shows. */
  level: Signal<string>;
  /** Whether an equation shows its numbers in full. */
  full: Signal<boolean>;
  /** How the surface is turned: azimuth and elevation in degrees. */
  turn: Signal<readonly [number, number]>;
  /** What the surface is of: the output, its logit, or the contribution of the node that is lit up. */
  height: Signal<"output" | "logit" | "node">;
  theme: Signal<"" | "light" | "dark">;
  /** The hidden layer whose nodes are shown one by one, from 0; null for the last. */
  layer: Signal<number | null>;
  /** Whether each node's picture has a scale of its own, and whether all of many nodes are shown. */
  ownScales: Signal<boolean>;
  allNodes: Signal<boolean>;
  /** Whether contributions are stacked around their means. */
  around: Signal<boolean>;
  /** What the nodes are asked about: a sample, or the place at the cursor; null for the sample that tells most. */
  asked: Signal<number | "cursor" | null>;
  /** The class whose votes are counted; null for the one the network says. */
  voted: Signal<number | null>;
}

export const TURN = [-50, 30] as const;

/** A view of nothing chosen, along one feature, both of two, or those given. */
export function createView(features: number, along: readonly number[] = features === 2 ? [0, 1] : [0]): View {
  return {
    snapshot: signal(null),
    x: signal(null),
    y: signal(null),
    output: signal(0),
    along: signal(along),
    sample: signal(null),
    node: signal(null),
    weight: signal(null),
    off: signal([]),
    edits: signal({}),
    start: signal(null),
    cursor: signal(null),
    cursorY: signal(null),
    level: signal("bias"),
    full: signal(false),
    turn: signal(TURN),
    height: signal("output"),
    theme: signal(""),
    layer: signal(null),
    ownScales: signal(false),
    allNodes: signal(false),
    around: signal(false),
    asked: signal(null),
    voted: signal(null),
  };
}
