// The samples that vote on a prediction: those trained on, what each was to say, and what each weighs in training.
import { columns, type Document } from "./document.ts";
import type { Voters } from "./last_layer.ts";

export interface Electorate {
  /** Places of the voters among the samples of the document. */
  places: Int32Array;
  /** Per output [voter]: the targets, or for labels 1 for the class and 0 for the others. */
  targets: Float64Array[];
  /** [voter], summing to 1. */
  weights: Float64Array;
  /** Per output: what a penalised bias is drawn to. */
  shift: Float64Array;
}

/** Returns who votes; or why nobody can, as a sentence. */
export function electorate(doc: Document): Electorate | string {
  const { data, fit } = doc;
  const inputs = doc.tensors.get("data.inputs");
  if (!inputs || !data.samples) return "This page has no samples that could vote.";
  if (fit && fit.own_samples === false) return "The samples here are not those of the training, so none of them voted.";
  if (data.drawn < data.samples) {
    const some = `${data.drawn} of ${data.samples}`;
    return `This page holds ${some} samples, and all of them vote: nw.attribution(fit, query) tells how.`;
  }
  const held = doc.tensors.get("data.held_out")?.data;
  if (!held && doc.tensors.has("held_out.inputs")) return "This page does not say which samples were held out.";
  const all = Array.from({ length: inputs.shape[0] }, (_, sample) => sample);
  const places = Int32Array.from(held ? all.filter((sample) => !held[sample]) : all);
  const targets = wanted(doc);
  if (!targets) return "The samples have no targets or labels of this network's, so they have no vote.";
  const weights = Float64Array.from(places, (place) => doc.tensors.get("data.weights")?.data[place] ?? 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    places,
    targets: targets.map((column) => Float64Array.from(places, (place) => column[place])),
    weights: weights.map((weight) => weight / sum),
    shift: shiftOf(doc),
  };
}

/** Returns what the last layer is refitted with: the fit's own penalty on weights, or none. */
export function penaltyOf(doc: Document): Pick<Voters, "ridge" | "tied"> {
  const { l2, l2_on } = doc.fit?.settings ?? {};
  const strength = typeof l2 === "number" ? l2 : 0;
  return { ridge: (strength * doc.network.output_names.length) / 2, tied: strength > 0 && l2_on === "all" };
}

function wanted(doc: Document): ArrayLike<number>[] | null {
  const outputs = doc.network.output_names.length;
  const targets = columns(doc, "data.targets");
  if (targets.length) return targets.length === outputs ? targets : null;
  const codes = doc.tensors.get("data.codes")?.data;
  const known = doc.network.classes.length ? doc.network.classes : doc.data.classes;
  const places = doc.data.classes.map((label) => known.indexOf(label));
  if (!codes || places.includes(-1) || known.length !== Math.max(outputs, 2)) return null;
  const hot = known.map((_, place) => Float64Array.from(codes, (code) => Number(places[code] === place)));
  return outputs === 1 ? hot.slice(1) : hot;
}

function shiftOf(doc: Document): Float64Array {
  const last = doc.network.layers.length - 1;
  const behind = doc.network.layers[last]?.kind === "scale" ? doc.tensors.get(`network.${last}.shift`) : undefined;
  return behind ? Float64Array.from(behind.data) : new Float64Array(doc.network.output_names.length);
}
