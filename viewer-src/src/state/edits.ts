// Weights changed by hand: which ones, and the network they make.

import type { Dense, Network } from "../core/network.ts";

export type Edits = Readonly<Record<string, number>>;

/** The name of a weight, or of a bias where `feature` is "b", as the edits know it; all from 0. */
export function weightName(layer: number, node: number, feature: number | "b"): string {
  return `${layer}.${node}.${feature}`;
}

/** The number a weight or bias has in a network of dense layers, or undefined where there is none of that name. */
export function weightOf(network: Network, name: string): number | undefined {
  const place = found(network, name);
  return place && place.array(place.layer)[place.index];
}

/** The network with the changed weights put in; names that fit no weight are passed over. */
export function edited(network: Network, edits: Edits): Network {
  const names = Object.keys(edits);
  if (names.length === 0) return network;
  const layers = network.layers.map((layer) => ({ ...layer }) as { -readonly [key in keyof Dense]: Dense[key] });
  const copied = new Set<string>();
  for (const name of names) {
    const place = found(network, name);
    if (!place) continue;
    const layer = layers[place.at];
    const key = `${place.at}.${place.kind}`;
    if (!copied.has(key)) layer[place.kind] = layer[place.kind].slice();
    copied.add(key);
    layer[place.kind][place.index] = edits[name];
  }
  return { ...network, layers };
}

interface Place {
  at: number;
  kind: "weight" | "bias";
  index: number;
  layer: Dense;
  array(layer: Dense): Float64Array;
}

function found(network: Network, name: string): Place | undefined {
  const [at, node, feature] = name.split(".");
  const layer = network.layers[Number(at)];
  if (!layer || layer.kind !== "dense" || Number(node) >= layer.outputs) return undefined;
  if (feature === "b") return place(Number(at), "bias", Number(node), layer);
  if (Number(feature) >= layer.inputs) return undefined;
  return place(Number(at), "weight", Number(node) * layer.inputs + Number(feature), layer);
}

function place(at: number, kind: "weight" | "bias", index: number, layer: Dense): Place {
  return { at, kind, index, layer, array: (of) => of[kind] };
}
