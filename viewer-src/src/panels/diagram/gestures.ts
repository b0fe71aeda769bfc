// What a pointer and the keys do in the diagram: light up a node, pick a weight, change it, switch a node off.

import { signal, type Signal } from "@preact/signals";
import type { Size } from "../../draw/frame.ts";
import { weightOf } from "../../state/edits.ts";
import { once } from "../../state/once.ts";
import type { Scene } from "../../state/scene.ts";
import { pickNode } from "../../state/pick.ts";
import { nameAt, nodeOfWeight, resetWeight, setWeight, stepOf, toggleNode } from "../../state/weights.ts";
import type { Pointer } from "../panel.ts";
import type { Place } from "./graph.ts";
import { hit, nodeOf, type Hit } from "./hit.ts";
import { graphOf, subjectOf } from "./subject.ts";

const FINE = 0.1; // of the usual change, with Shift

interface Hand {
  /** The weight under the pointer. */
  over: Signal<string | null>;
  grip: { name: string; x: number; y: number; moved: boolean } | null;
}

export const handOf = once((_: Scene): Hand => ({ over: signal(null), grip: null }));

export function pointer(event: Pointer, size: Size, scene: Scene): boolean {
  const hand = handOf(scene);
  if (event.kind === "move" && event.held && hand.grip) {
    drag(hand.grip, event, scene);
    return true;
  }
  if (event.kind === "leave" || event.kind === "up") hand.grip = null;
  if (event.kind === "leave") {
    hand.over.value = null;
    scene.hover.value = null;
    return false;
  }
  const found = hit(graphOf(scene, size), event.x, event.y);
  if (event.kind === "move") hover(hand, scene, found);
  if (event.kind === "down") return press(hand, scene, found, event);
  if (event.kind === "double" && found.weight) resetWeight(scene, nameAt(found.weight));
  return false;
}

export function cursor(event: Pointer, size: Size, scene: Scene): string {
  if (handOf(scene).grip) return "grabbing";
  const found = hit(graphOf(scene, size), event.x, event.y);
  return found.weight ? "grab" : found.shape && found.shape.kind !== "bias" ? "pointer" : "default";
}

function hover(hand: Hand, scene: Scene, found: Hit): void {
  hand.over.value = found.weight ? nameAt(found.weight) : null;
  scene.hover.value = nodeOf(found.shape, subjectOf(scene).activations.length);
}

function press(hand: Hand, scene: Scene, found: Hit, event: Pointer): boolean {
  const place = found.weight ?? biasOf(found);
  if (!place) {
    scene.view.weight.value = null;
    return false;
  }
  const name = nameAt(place);
  scene.view.weight.value = name;
  const node = nodeOf(found.shape, subjectOf(scene).activations.length);
  if (node) {
    pickNode(scene, node);
    if (scene.view.node.peek() === null) scene.view.weight.value = null;
  }
  if (found.shape?.kind === "output" && !scene.classifier) scene.view.output.value = found.shape.index;
  if (found.weight) hand.grip = { name, x: event.x, y: event.y, moved: false };
  return found.weight !== undefined;
}

/** A node stands for its bias, too. */
function biasOf({ shape }: Hit): Place | undefined {
  if (!shape || shape.index < 0 || !["node", "output", "sum"].includes(shape.kind)) return undefined;
  return { layer: shape.layer, node: shape.index, feature: -1 };
}

/** Up and to the right make a weight larger. */
function drag(grip: NonNullable<Hand["grip"]>, event: Pointer, scene: Scene): void {
  const by = event.x - grip.x - (event.y - grip.y);
  if (!grip.moved && Math.abs(by) < 3) return;
  grip.moved = true;
  grip.x = event.x;
  grip.y = event.y;
  change(scene, grip.name, by * (event.shift ? FINE : 1));
}

function change(scene: Scene, name: string, steps: number): void {
  const before = weightOf(scene.network.peek(), name);
  if (before !== undefined) setWeight(scene, name, before + steps * stepOf(scene, name));
}

export function key(event: KeyboardEvent, size: Size, scene: Scene): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { view } = scene;
  const picked = view.weight.peek();
  const act = KEYS[event.key];
  if (act) return act(scene, graphOf(scene, size).links.flatMap(({ weight }) => (weight ? [weight] : [])), event);
  if (event.key !== "Escape") return false;
  if (picked && picked in view.edits.peek()) resetWeight(scene, picked);
  else if (picked === null && view.node.peek() === null) return false;
  else {
    view.weight.value = null;
    view.node.value = null;
  }
  return true;
}

type Act = (scene: Scene, places: readonly Place[], event: KeyboardEvent) => boolean;

const KEYS: Record<string, Act | undefined> = {
  ArrowDown: (scene, places, event) => (event.shiftKey ? nudge(scene, -1) : walk(scene, places, 1)),
  ArrowUp: (scene, places, event) => (event.shiftKey ? nudge(scene, 1) : walk(scene, places, -1)),
  ArrowRight: (scene, places) => leap(scene, places, 1),
  ArrowLeft: (scene, places) => leap(scene, places, -1),
  "+": (scene) => nudge(scene, 1),
  "=": (scene) => nudge(scene, 1),
  "-": (scene) => nudge(scene, -1),
  o: (scene) => {
    const node = scene.view.node.peek();
    if (node) toggleNode(scene, node);
    return node !== null;
  },
};

function nudge(scene: Scene, side: number): boolean {
  const picked = scene.view.weight.peek();
  if (picked) change(scene, picked, 5 * side);
  return picked !== null;
}

/** The next weight, node by node. */
function walk(scene: Scene, places: readonly Place[], side: number): boolean {
  const names = [...new Set(places.map(nameAt))];
  const at = names.indexOf(scene.view.weight.peek() ?? "");
  take(scene, names[at < 0 ? 0 : (at + side + names.length) % names.length]);
  return true;
}

/** The first weight of the next layer. */
function leap(scene: Scene, places: readonly Place[], side: number): boolean {
  const layers = [...new Set(places.map(({ layer }) => layer))];
  const picked = scene.view.weight.peek();
  const at = picked === null ? -1 : layers.indexOf(Number(picked.split(".")[0]));
  const layer = layers[at < 0 ? 0 : (at + side + layers.length) % layers.length];
  const first = places.find((place) => place.layer === layer);
  if (first) take(scene, nameAt(first));
  return true;
}

function take(scene: Scene, name: string): void {
  scene.view.weight.value = name;
  scene.view.node.value = nodeOfWeight(scene, name);
}
