// Evaluates the documents that tests/viewer/test_golden.py wrote into a folder, and prints what came out as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classes, scores } from "../src/core/boundaries.ts";
import { cancellation, contributions, share } from "../src/core/contributions.ts";
import { numbers, parse, tensor, type Document } from "../src/core/document.ts";
import { ends, valueAt, type End } from "../src/core/ends.ts";
import { erf } from "../src/core/erf.ts";
import { fold, logits } from "../src/core/fold.ts";
import { evaluate, fromDocument, fromFlat, type Network } from "../src/core/network.ts";
import { apart, interval, nice } from "../src/core/numbers.ts";

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
