// The starts of a training: in which order they ended, and which of them is shown.

import { signal, type Signal } from "@preact/signals";
import type { Document } from "../core/document.ts";
import { once } from "./once.ts";
import type { Scene } from "./scene.ts";

export interface Starts {
  /** How many the document holds, and how many there were. */
  held: number;
  count: number;
  best: number;
  /** Final loss of each; NaN or infinite where it diverged. */
  losses: ArrayLike<number>;
  /** The starts by rising loss, those without a loss last. */
  order: readonly number[];
  /** The place of each in that order. */
  rank: readonly number[];
  /** Those that came within a tenth of the best; none where the document holds only some of the starts. */
  good: ReadonlySet<number>;
  diverged: ReadonlySet<number>;
}

export const startsOf = once(read);

/** The start under a pointer; not in the address. */
export const hoveredStart = once((_: Scene): Signal<number | null> => signal(null));

/** The start that is shown. */
export function shownStart(scene: Scene): number {
  const { best, held } = startsOf(scene.doc);
  const start = scene.view.start.value;
  return start !== null && start < held ? start : best;
}

/** Show a start in place of the kept one. */
export function showStart(scene: Scene, start: number): void {
  scene.view.snapshot.value = null;
  scene.view.start.value = start === startsOf(scene.doc).best ? null : start;
}

/** Places of numbers by rising size; those that are not finite come last. */
export function ranked(values: ArrayLike<number>): number[] {
  const key = (i: number) => (Number.isFinite(values[i]) ? values[i] : Infinity);
  const places = Array.from({ length: values.length }, (_, i) => i);
  return places.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
}

function read(doc: Document): Starts {
  const losses = doc.tensors.get("starts.losses")?.data ?? [];
  const about = doc.fit?.starts;
  const held = doc.tensors.get("starts.parameters")?.shape[0] ?? 0;
  const order = ranked(losses);
  const rank = order.map(() => 0);
  order.forEach((start, place) => (rank[start] = place));
  const count = about?.count ?? held;
  return {
    held,
    count,
    best: about?.best ?? 0,
    losses,
    order,
    rank,
    good: new Set(held === count ? order.slice(0, about?.good ?? 0) : []),
    diverged: new Set((about?.reasons ?? []).flatMap((reason, i) => (reason === "diverged" ? [i] : []))),
  };
}
