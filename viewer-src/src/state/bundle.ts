// The curves of all starts over the visible range, computed once per range and in pieces that let the page breathe.

import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { fold } from "../core/fold.ts";
import { evaluate, fromDocument, fromFlat, type Network } from "../core/network.ts";
import type { Range } from "../draw/ticks.ts";
import { once } from "./once.ts";
import { pointsFor } from "./points.ts";
import { outputOf, spaced, type Scene } from "./scene.ts";
import { startsOf } from "./starts.ts";

export interface Bundle {
  x: Float64Array;
  /** The starts whose curves these are, by rising loss. */
  starts: readonly number[];
  curves: readonly Float64Array[];
}

const MOST = 200; // curves
const POINTS = 150;
const AT_ONCE = 1.5e6; // products and activations: a few milliseconds
const PIECE = 8; // milliseconds
const WAIT = 120; // milliseconds that the range must stand still before much is computed

interface Task {
  x: Float64Array;
  features: Float64Array[];
  output: number;
}

/** The curves; those of the range before while the next are computed, null before the first. */
export const bundleOf = once((scene: Scene): ReadonlySignal<Bundle | null> => {
  const bundle = signal<Bundle | null>(null);
  const starts = chosen(startsOf(scene.doc).order, MOST);
  const networks = networksOf(scene);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const task = taskOf(scene, scene.range.value);
    const work = starts.length * task.x.length * scene.doc.network.parameters;
    clearTimeout(timer);
    const curves: Float64Array[] = [];
    const go = () => {
      const until = work <= AT_ONCE ? Infinity : performance.now() + PIECE;
      while (curves.length < starts.length && performance.now() < until) {
        curves.push(evaluate(networks(starts[curves.length]), task.features).output[task.output]);
      }
      if (curves.length < starts.length) timer = setTimeout(go);
      else bundle.value = { x: task.x, starts, curves };
    };
    if (work <= AT_ONCE) go();
    else timer = setTimeout(go, bundle.peek() ? WAIT : 0);
  });
  scene.atEnd(() => {
    stop();
    clearTimeout(timer);
  });
  return bundle;
});

/** At most `most` of a list, evenly chosen: the first and the last are among them. */
export function chosen<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}

function taskOf(scene: Scene, range: Range): Task {
  const { along } = scene.view;
  const x = spaced(range, pointsFor(scene.trained.peek(), along.value[0], range, POINTS));
  const features = Array.from(scene.base.value, (value, feature) =>
    feature === along.value[0] ? x : new Float64Array(x.length).fill(value));
  return { x, features, output: outputOf(scene) };
}

function networksOf(scene: Scene): (start: number) => Network {
  const template = fromDocument(scene.doc);
  const tensor = scene.doc.tensors.get("starts.parameters");
  const { best } = startsOf(scene.doc);
  const made = new Map<number, Network>();
  return (start) => {
    let network = made.get(start);
    if (!network) {
      // The best start is the network that was kept, which the document has in full.
      const own = start === best || !tensor;
      network = fold(own ? template : fromFlat(template, tensor.data, start * tensor.shape[1]));
      made.set(start, network);
    }
    return network;
  };
}
