// Words for people: names of settings and states, scores, times.

import { nice } from "../core/numbers.ts";
import type { Run } from "./api.ts";

const LABELS: Readonly<Record<string, string>> = {
  hidden: "Hidden layers",
  l2: "L2 penalty",
  l2_on: "L2 is on",
  low: "from",
  high: "to",
  history_megabytes: "History, megabytes",
};

/** "Learning rate" for learning_rate. */
export function label(name: string): string {
  const words = name.replaceAll("_", " ");
  return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export function score({ score }: Run): string {
  if (typeof score?.rmse === "number") return `RMSE ${nice(score.rmse)}`;
  if (typeof score?.accuracy === "number") return `${nice(100 * score.accuracy)} % right`;
  return "";
}

export function seconds(value: number | null): string {
  return value === null ? "" : value < 1 ? `${Math.round(1000 * value)} ms` : `${nice(value)} s`;
}

/** The hour of today, the day of an earlier one. */
export function when(created: number, now = new Date()): string {
  const date = new Date(1000 * created);
  const today = date.toDateString() === now.toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })
    : date.toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" });
}

/** How a run stands, in a word. */
export function standing(run: Run): string {
  return run.state === "finished" && run.outcome?.reason === "diverged" ? "diverged" : run.state;
}

/** A name for a file, from a name that came from anywhere. */
export function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 60) || "run";
}
