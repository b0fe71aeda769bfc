// What the studio's server says and is told, as nodewise.viewer.studio writes and reads it.

export type Kind = "whole" | "number" | "choice" | "list" | "names" | "switch";
export type Value = string | number | boolean | null | readonly (string | number)[];

export interface Setting {
  kind: Kind;
  /** Whether it may be left empty. */
  optional?: boolean;
  choices?: readonly string[];
  default: Value;
  about: string;
}

export interface Problem {
  name: string;
  kind: "numbers" | "labels";
  features: number;
  options: Readonly<Record<string, number>>;
}

export interface Column {
  name: string;
  unit?: string;
  kind: "numbers" | "labels" | "dates";
  distinct: number;
  missing: number;
  /** Whether one can learn from it. */
  feature?: boolean;
}

export interface Table {
  id: string;
  name: string;
  rows: number;
  columns: readonly Column[];
  notes?: readonly string[];
}

/** A trained model that was brought: its network, as the server read it. */
export interface Model {
  id: string;
  name: string;
  network: string;
  features: readonly string[];
  outputs: readonly string[];
  classifier: boolean;
  /** Whether its features have names of their own. */
  named: boolean;
  /** What it was opened from, and the proof that it was read right. */
  origin: string;
}

export interface FormInfo {
  version: string;
  problems: readonly Problem[];
  settings: Readonly<Record<string, Setting>>;
  activations: readonly { name: string; formula: string }[];
  tables: readonly Table[];
  models?: readonly Model[];
  tasks?: readonly string[];
  /** What the studio was started with. */
  chosen?: { table?: string; problem?: string } | null;
}

export interface TableSource {
  id: string;
  target: readonly string[];
  features?: readonly string[];
  weights?: string;
  task?: string;
}

export interface PointsSource {
  inputs: readonly (readonly number[])[];
  targets?: readonly (readonly number[])[];
  labels?: readonly string[];
}

export type Source =
  | { problem: { name: string } & Readonly<Record<string, Value>> }
  | { table: TableSource }
  | { points: PointsSource }
  | { model: { id: string; table?: TableSource } };

export interface Body {
  source: Source;
  settings: Readonly<Record<string, Value>>;
}

export type RunState = "waiting" | "training" | "finished" | "interrupted" | "failed";

export interface Run {
  id: string;
  name: string;
  state: RunState;
  source?: object;
  /** Seconds since 1970. */
  created: number;
  settings: Readonly<Record<string, Value>>;
  verdict: string;
  score: { rmse?: number | null; accuracy?: number | null } | null;
  network: string;
  seconds: number | null;
  error: string;
  outcome?: { reason: string; step: number; message: string };
}

export interface Progress {
  state: RunState;
  step: number | null;
  steps: number | null;
  loss: number | null;
  error?: string;
  verdict?: string;
}

/** Samples of a source, to be drawn before it is trained on. */
export interface Samples {
  inputs: readonly (readonly number[])[];
  targets?: readonly (readonly number[])[];
  codes?: readonly number[];
}

export function isOver(state: RunState): boolean {
  return state !== "waiting" && state !== "training";
}
