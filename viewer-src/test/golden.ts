// Evaluates the documents that tests/viewer/test_golden.py wrote into a folder, and prints what came out as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classes, scores } from "../src/core/boundaries.ts";
import { cancellation, contributions, share } from "../src/core/contributions.ts";
import { columns, numbers, parse, tensor, type Document } from "../src/core/document.ts";
import { ends, valueAt, type End } from "../src/core/ends.ts";
import { erf } from "../src/core/erf.ts";
import { vote } from "../src/core/last_layer.ts";
import { memories, ruleOf, scalingOf } from "../src/core/memories.ts";
import { fold, logits } from "../src/core/fold.ts";
import { dense, evaluate, fromDocument, fromFlat, type Network } from "../src/core/network.ts";
import { apart, interval, nice } from "../src/core/numbers.ts";
import { electorate, penaltyOf } from "../src/core/voters.ts";

interface Case {
  blob: string;
  /** [feature][sample] */
  x: number[][];
  base: number[];
  s: number[];
}

interface Task {
  cases: Case[];
  erf: number[];
  nice: number[];
  pairs: [number, number][];
}

const lists = (columns: readonly Float64Array[]): number[][] => columns.map((column) => [...column]);

function partsOf(network: Network, x: Float64Array[], output: number) {
  const folded = fold(network);
  const { values, bias, of, sum } = contributions(folded, evaluate(folded, x), output);
  return {
    values: lists(values), bias, of, sum: [...sum], share: share(values, sum),
    cancellation: Number.isFinite(cancellation(values, sum)) ? cancellation(values, sum) : null,
  };
}

function endOf(end: End | null, s: number[]) {
  return end && { ...end, values: end.slope.map((_, o) => s.map((at) => valueAt(end, o, at))) };
}

function snapshots(doc: Document, network: Network, x: Float64Array[]): number[][][] {
  if (!doc.fit) return [];
  const { shape, data } = tensor(doc, "history.parameters");
  const count = shape[1];
  return [0, Math.floor(shape[0] / 2), shape[0] - 1].map((snapshot) =>
    lists(evaluate(fromFlat(network, data, snapshot * count), x).output));
}

/** What the last hidden layer makes of the first sample; null without one. */
function remembered(doc: Document, network: Network, x: Float64Array[]) {
  const index = dense(network).length - 2;
  if (index < 0) return null;
  const folded = fold(network);
  const found = memories(folded, scalingOf(doc), evaluate(folded, x.map((column) => column.slice(0, 1))), index);
  const entries = Object.entries(found).map(([name, value]) =>
    [name, value instanceof Float64Array ? [...value] : value]);
  return { ...Object.fromEntries(entries), rule: ruleOf(dense(network)[index].activation) };
}

/** The weight of every sample in the predictions at `x`, and what they add up to. */
function votes(doc: Document, network: Network, x: Float64Array[]) {
  const voters = electorate(doc);
  if (typeof voters === "string") return voters;
  const read = (inputs: readonly Float64Array[]) => {
    const trace = evaluate(fold(network), inputs);
    return trace.layers.at(dense(network).length - 2)?.value ?? [];
  };
  if (dense(network).length < 2) return "linear";
  const { places, targets, weights, shift } = voters;
  const all = columns(doc, "data.inputs").map((column) => Float64Array.from(places, (place) => column[place]));
  const found = vote({ features: read(all), weights, ...penaltyOf(doc) });
  const here = read(x);
  const similarity = Array.from(x[0], (_, q) => [...found.at(here.map((column) => column[q]))]);
  return {
    similarity, leverage: [...found.leverage], rank: found.rank, wanted: found.wanted, alone: found.alone,
    places: [...places], targets: lists(targets), shift: [...shift],
  };
}

function answer(folder: string, task: Case) {
  const doc = parse(readFileSync(join(folder, task.blob)));
  const network = fromDocument(doc);
  const x = task.x.map((column) => Float64Array.from(column));
  const trace = evaluate(network, x);
  const seen = logits(network);
  const { left, right } = ends(fold(seen), 0, task.base);
  return {
    output: lists(trace.output),
    folded: lists(evaluate(fold(network), x).output),
    logits: lists(evaluate(seen, x).output),
    classes: [...classes(scores(network, trace), doc.network.threshold)],
    contributions: trace.output.map((_, output) => partsOf(network, x, output)),
    ends: [endOf(left, task.s), endOf(right, task.s)],
    memories: remembered(doc, network, x),
    votes: votes(doc, network, x),
    snapshots: snapshots(doc, network, x),
    inputs: [...numbers(doc, "data.inputs")],
  };
}

const folder = process.argv[2];
const task = JSON.parse(readFileSync(join(folder, "task.json"), "utf8")) as Task;
const result = {
  cases: task.cases.map((one) => answer(folder, one)),
  erf: task.erf.map(erf),
  nice: task.nice.map(nice),
  apart: task.pairs.map(([low, high]) => apart(low, high)),
  interval: task.pairs.map(([low, high]) => interval(low, high)),
};
process.stdout.write(JSON.stringify(result));
