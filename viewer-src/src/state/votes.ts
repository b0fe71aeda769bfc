// The samples behind a prediction: how the last layer, fitted anew to what its nodes say, weighs them.

import { computed, type ReadonlySignal } from "@preact/signals";
import { outputLayer } from "../core/contributions.ts";
import { vote, type Vote } from "../core/last_layer.ts";
import { evaluate, nodeKey, type Trace } from "../core/network.ts";
import { electorate, penaltyOf, type Electorate } from "../core/voters.ts";
import { once } from "./once.ts";
import { columns, type Scene } from "./scene.ts";
import { stillOf } from "./still.ts";
import { traceOf, votedOf } from "./voted.ts";

const MOVING = 5e4; // products of a decomposition: 3 ms in one frame
const MOST = 6e7; // about a second

export interface Behind {
  /** Weight and target of every voter, and their product. */
  similarity: Float64Array;
  targets: Float64Array;
  values: Float64Array;
  /** Places of the voters among the samples. */
  places: Int32Array;
  /** What a penalised bias adds; else 0. */
  constant: number;
  /** The sum, what the network itself says, and how far that is from it. */
  refit: number;
  prediction: number;
  difference: number;
  vote: Vote;
}

const voters = once((scene: Scene): Electorate | string => electorate(scene.doc));

const decomposed = once((scene: Scene): ReadonlySignal<Vote | null> =>
  computed(() => {
    const who = voters(scene);
    if (typeof who === "string") return null;
    const inputs = columns(scene.doc, "data.inputs").map((column) => at(column, who.places));
    const trace = evaluate(scene.network.value, inputs, scene.silent.value);
    return vote({ features: features(scene, trace), weights: who.weights, ...penaltyOf(scene.doc) });
  }));

const behind = once((scene: Scene): ReadonlySignal<Behind | null> =>
  computed(() => {
    const who = voters(scene);
    const found = decomposed(scene).value;
    if (!found || typeof who === "string") return null;
    const output = votedOf(scene);
    const trace = traceOf(scene).value;
    const similarity = found.at(features(scene, trace).map((column) => column[0]));
    const targets = who.targets[output];
    const values = similarity.map((weight, i) => weight * targets[i]);
    const rest = penaltyOf(scene.doc).tied ? 1 - similarity.reduce((sum, weight) => sum + weight, 0) : 0;
    const constant = who.shift[output] * rest;
    const refit = values.reduce((sum, value) => sum + value, 0) + constant;
    const prediction = trace.output[output][0];
    const difference = prediction - refit;
    return { similarity, targets, values, places: who.places, constant, refit, prediction, difference, vote: found };
  }));

/** The samples behind what is asked about; a sentence where there are none; null while something moves. */
export function behindOf(scene: Scene): Behind | string | null {
  const who = voters(scene);
  if (typeof who === "string") return who;
  const nodes = scene.order.value.length;
  const products = who.places.length * nodes * nodes;
  if (products > MOST) return "So many samples and nodes take too long here: nw.attribution(fit, query) tells.";
  if (products > MOVING && !stillOf(scene).value) return null;
  const found = behind(scene).value;
  if (found && !Number.isFinite(found.refit)) return "The numbers are too large for a last layer to be fitted.";
  return found;
}

/** What the output layer reads; 0 of a node that is switched off. */
function features(scene: Scene, trace: Trace): Float64Array[] {
  const index = outputLayer(scene.network.value) - 1;
  return trace.layers[index].value.map((values, node) =>
    trace.silent.has(nodeKey(index, node)) ? new Float64Array(values.length) : values);
}

function at(column: Float64Array, places: Int32Array): Float64Array {
  return Float64Array.from(places, (place) => column[place]);
}
