// What the pictures are of: the network at the chosen snapshot, with what was changed by hand, and its curve.

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { contributions, type Contributions } from "../core/contributions.ts";
import { columns as cutColumns, type Document } from "../core/document.ts";
import { fold, logits } from "../core/fold.ts";
import { dense, evaluate, fromDocument, fromFlat, type Dense, type Network, type Trace } from "../core/network.ts";
import { widened, type Range } from "../draw/ticks.ts";
import { edited } from "./edits.ts";
import { pointsFor } from "./points.ts";
import type { View } from "./view.ts";

/** Values of the network along one feature. */
export interface Curve {
  x: Float64Array;
  trace: Trace;
}

export interface Scene {
  doc: Document;
  view: View;
  /** Number of snapshots; 0 for a network that was only opened. */
  snapshots: number;
  /** Index of the snapshot that is shown. */
  snapshot: ReadonlySignal<number>;
  step: ReadonlySignal<number>;
  /** The network as trained at this snapshot (or of this start), scaling folded in. */
  trained: ReadonlySignal<Network>;
  /** The same with the weights changed by hand; of a classifier it gives the logits when `logits` is asked for. */
  network: ReadonlySignal<Network>;
  logits: ReadonlySignal<Network>;
  silent: ReadonlySignal<Set<string>>;
  classifier: boolean;
  /** The point whose features the pictures do not run along are taken from. */
  base: ReadonlySignal<Float64Array>;
  /** Range of the data along one feature. */
  dataRange(feature: number): Range;
  /** Visible range of the first feature the pictures run along. */
  range: ReadonlySignal<Range>;
  /** The network's values over the visible range; of a classifier its outputs, not its logits. */
  curve: ReadonlySignal<Curve>;
  /** Contributions of the last hidden layer's nodes along the curve, and the sum they add up to. */
  parts: ReadonlySignal<Contributions>;
  /** Nodes of the last hidden layer by falling share of the kept network. */
  order: ReadonlySignal<readonly number[]>;
  changed: ReadonlySignal<boolean>;
  /** The node under a pointer, as "layer.node"; not in the address. */
  hover: Signal<string | null>;
  /** The node that is lit up everywhere: the one under a pointer, else the selected one. */
  lit: ReadonlySignal<string | null>;
  /** Trace of the shown network at a single point. */
  at(point: ArrayLike<number>): Trace;
  /** Have something done when the scene ends: signals it shares with other scenes live longer. */
  atEnd(what: () => void): void;
  end(): void;
}

const POINTS = 400; // of a curve that does not wave

/** The output that is shown, which an old link may have named wrongly. */
export function outputOf({ view, doc }: Pick<Scene, "view" | "doc">): number {
  return Math.min(view.output.value, doc.network.output_names.length - 1);
}

export function createScene(doc: Document, view: View): Scene {
  const template = fromDocument(doc);
  const history = doc.tensors.get("history.parameters");
  const steps = doc.tensors.get("history.steps");
  const starts = doc.tensors.get("starts.parameters");
  const snapshots = history?.shape[0] ?? 0;
  const kept = doc.fit?.kept ?? 0;
  const inputs = columns(doc, "data.inputs");
  const ranges = inputs.map((values) => widened(values, 0));
  const medians = Float64Array.from(inputs, median);

  const snapshot = computed(() => Math.min(view.snapshot.value ?? kept, Math.max(0, snapshots - 1)));
  const final = fold(template);
  const trained = computed(() => {
    const start = view.start.value;
    if (start !== null && starts && start < starts.shape[0] && start !== doc.fit?.starts.best) {
      return fold(fromFlat(template, starts.data, start * starts.shape[1]));
    }
    if (!history || snapshot.value === kept) return final;
    return fold(fromFlat(template, history.data, snapshot.value * history.shape[1]));
  });
  const network = computed(() => edited(trained.value, view.edits.value));
  const logitsOf = computed(() => logits(network.value));
  const silent = computed(() => new Set(view.off.value));
  const base = computed(() => {
    const sample = view.sample.value;
    if (sample === null || !inputs.length || sample >= inputs[0].length) return medians;
    return Float64Array.from(inputs, (values) => values[sample]);
  });
  const range = computed<Range>(() => view.x.value ?? widened(ranges[view.along.value[0]] ?? [-1, 1], 0.5));
  const at = (point: ArrayLike<number>) =>
    evaluate(network.value, Array.from(point, (value) => Float64Array.of(value)), silent.value);
  const points = computed(() => pointsFor(network.value, view.along.value[0], range.value, POINTS));
  const grid = computed(() => spaced(range.value, points.value));
  const curve = computed(() => {
    const along = view.along.value[0];
    const x = grid.value;
    const point = base.value;
    const features = Array.from(point, (value, feature) => (feature === along ? x : x.map(() => value)));
    return { x, trace: evaluate(network.value, features, silent.value) };
  });
  const parts = computed(() => contributions(network.value, curve.value.trace, outputOf({ view, doc })));
  const order = computed(() => byShare(doc, outputOf({ view, doc }), final));
  const changed = computed(() => view.off.value.length > 0 || Object.keys(view.edits.value).length > 0);
  const hover = signal<string | null>(null);
  const last: (() => void)[] = [];
  return {
    doc,
    view,
    snapshots,
    snapshot,
    step: computed(() => (steps ? steps.data[snapshot.value] : 0)),
    trained,
    network,
    logits: logitsOf,
    silent,
    classifier: doc.network.classes.length > 0 || doc.network.layers.at(-1)?.activation === "softmax",
    base,
    dataRange: (feature) => ranges[feature] ?? [-1, 1],
    range,
    curve,
    parts,
    order,
    changed,
    hover,
    lit: computed(() => hover.value ?? view.node.value),
    at,
    atEnd: (what) => void last.push(what),
    end: () => last.splice(0).forEach((what) => what()),
  };
}

const CUT = new WeakMap<Document, Map<string, Float64Array[]>>();

/** The columns of a tensor [sample, column], cut once; none where there is no such tensor. */
export function columns(doc: Document, name: string): Float64Array[] {
  let known = CUT.get(doc);
  if (!known) CUT.set(doc, (known = new Map()));
  let cut = known.get(name);
  if (!cut) known.set(name, (cut = doc.tensors.has(name) ? cutColumns(doc, name) : []));
  return cut;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  const found = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return Math.abs(found) < 1e-12 * Math.abs(sorted[0]) ? 0 : found; // a middle that only rounding moved off 0
}

/** The features the pictures run along at first: those of the boundaries, else the first, or both of two. */
export function firstAlong(doc: Document): readonly number[] | undefined {
  const names = doc.readings.boundaries?.feature_names as string[] | undefined;
  const along = names?.map((name) => doc.network.feature_names.indexOf(name)) ?? [];
  return along.length > 0 && along.length <= 2 && !along.includes(-1) ? along : undefined;
}

/** `count` numbers from low to high, both included. */
export function spaced([low, high]: Range, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
}

/** The hidden layers of a folded network, first one first; not what `fold` appended behind the output layer. */
export function hiddenLayers(folded: Network): Dense[] {
  return dense(folded).filter((layer) => !layer.appended).slice(0, -1);
}

function byShare(doc: Document, output: number, final: Network): number[] {
  const given = doc.readings.contributions?.order as number[][] | undefined;
  const hidden = hiddenLayers(final);
  const nodes = hidden.at(-1)?.outputs ?? final.inputs;
  const order = given?.map((row) => row[Math.min(output, row.length - 1)]) ?? [];
  return order.length === nodes ? order : Array.from({ length: nodes }, (_, node) => node);
}
