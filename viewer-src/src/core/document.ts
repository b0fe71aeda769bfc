// What the page knows: the JSON and the tensors that nodewise.viewer.document.pack wrote.
import { read, type Numbers, type Tensor } from "./safetensors.ts";

export const VERSION = 1;

export type Label = string | boolean | number;

export interface LayerInfo {
  kind: "dense" | "scale";
  activation?: string;
}

export interface NetworkInfo {
  text: string;
  sizes: number[];
  feature_names: string[];
  feature_units: string[];
  output_names: string[];
  output_units: string[];
  /** Empty for a network that gives numbers. */
  classes: Label[];
  label: string;
  parameters: number;
  /** Of one output: where the second class begins. */
  threshold: number | null;
  layers: LayerInfo[];
}

export interface DataInfo {
  name: string;
  samples: number;
  /** How many of the samples the document holds. */
  drawn: number;
  feature_names: string[];
  feature_units: string[];
  target_names: string[];
  target_units: string[];
  label: string;
  classes: Label[];
  low: number[];
  high: number[];
  notes: string[];
  dropped: number;
  noise: number | null;
  /** Place among those drawn of the sample that the network misses by most. Not in old documents. */
  telling?: number;
}

export interface OutcomeInfo {
  reason: "finished" | "converged" | "stopped_early" | "diverged" | "interrupted";
  step: number;
  kept: number;
  message: string;
  notes: string[];
}

export interface StartsInfo {
  /** Place among the starts of the document of the one kept. */
  best: number;
  good: number;
  diverged: number;
  /** How many starts there were; the document may hold fewer. */
  count: number;
  /** Of each start in the document. */
  reasons: string[];
}

export interface FitInfo {
  rmse?: number | null;
  accuracy?: number | null;
  outcome: OutcomeInfo;
  settings: Record<string, unknown>;
  seconds: number;
  /** Place among the snapshots of the one kept, or, with samples held out, of the one nearest to it. */
  kept: number;
  /** "" or a sentence that says what was left out. */
  thinned: string;
  /** Whether the samples of the document are those of the training. Not in old documents. */
  own_samples?: boolean;
  starts: StartsInfo;
}

export interface ReadingInfo {
  summary: string;
  /** The first rows of its table, and how many there are in all. */
  table: Record<string, number | string | boolean | null>[];
  rows: number;
  [name: string]: unknown;
}

export interface Document {
  version: number;
  nodewise: string;
  title: string;
  verdict: string;
  network: NetworkInfo;
  data: DataInfo;
  fit: FitInfo | null;
  readings: Record<string, ReadingInfo>;
  tensors: Map<string, Tensor>;
}

/** Returns the document in a blob; throws an Error of one sentence if it is damaged or of a later version. */
export function parse(bytes: Uint8Array): Document {
  const { metadata, tensors } = read(bytes);
  let value: Document;
  try {
    value = JSON.parse(metadata["nodewise"] ?? "") as Document;
  } catch {
    throw new Error("A document must be one that nodewise wrote. This one holds no description.");
  }
  if (value?.version !== VERSION) {
    const remedy = value?.version > VERSION ? "; update nodewise" : "";
    throw new Error(`The document's version must be ${VERSION}. Got ${value?.version}${remedy}.`);
  }
  return { ...value, tensors };
}

/** Returns a tensor's numbers; throws an Error if the document has none of this name. */
export function numbers(doc: Document, name: string): Numbers {
  return tensor(doc, name).data;
}

/** Returns a tensor; throws an Error if the document has none of this name. */
export function tensor(doc: Document, name: string): Tensor {
  const found = doc.tensors.get(name);
  if (!found) throw new Error(`The document must hold ${name}. It does not; make it again with this nodewise.`);
  return found;
}

/** Returns the columns of a tensor [row, column], each as float64 [row]; none if the document has no such tensor. */
export function columns(doc: Document, name: string): Float64Array[] {
  const found = doc.tensors.get(name);
  if (!found) return [];
  const [rows, count = 1] = found.shape;
  return Array.from({ length: count }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => found.data[row * count + column]));
}
