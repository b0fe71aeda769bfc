// The numbers a diagram is drawn with, as they are now.

import type { Dense } from "../../core/network.ts";
import { pointOf } from "../../state/point.ts";
import type { Scene } from "../../state/scene.ts";
import { nameAt } from "../../state/weights.ts";
import type { Live } from "./draw.ts";
import { handOf } from "./gestures.ts";
import type { Place, Shape } from "./graph.ts";

export function liveOf(scene: Scene): Live {
  const { view } = scene;
  const layers = scene.network.value.layers as Dense[];
  const scales = layers.map((layer, at) => largest(layer, at === 0 ? spans(scene, layer.inputs) : null));
  const ranks = new Map(scene.order.value.map((node, rank) => [node, rank]));
  const edits = view.edits.value;
  const weight = ({ layer, node, feature }: Place) => {
    const { weight: w, bias, inputs } = layers[layer];
    return feature < 0 ? bias[node] : w[node * inputs + feature];
  };
  return {
    weight,
    share(place) {
      const { weights, bias, spans: per } = scales[place.layer];
      const value = weight(place);
      return place.feature < 0 ? value / bias : (value * (per?.[place.feature] ?? 1)) / weights;
    },
    edited: (place) => nameAt(place) in edits,
    off: (node) => scene.silent.value.has(node),
    rank: (layer, node) => (layer === layers.length - 2 ? (ranks.get(node) ?? -1) : -1),
    value: valuesAt(scene),
    lit: scene.lit.value,
    picked: placeOf(view.weight.value, layers),
    over: placeOf(handOf(scene).over.value, layers),
  };
}

interface Scales {
  weights: number;
  bias: number;
  spans: readonly number[] | null;
}

function largest({ weight, bias, inputs }: Dense, per: readonly number[] | null): Scales {
  let weights = 0;
  for (let i = 0; i < weight.length; i++) weights = Math.max(weights, Math.abs(weight[i]) * (per?.[i % inputs] ?? 1));
  let most = 0;
  for (const value of bias) most = Math.max(most, Math.abs(value));
  return { weights: weights || 1, bias: most || 1, spans: per };
}

/** Weights of features in different units compare by what they do over the range of their feature. */
function spans(scene: Scene, features: number): number[] | null {
  if (features < 2) return null;
  return Array.from({ length: features }, (_, feature) => {
    const [low, high] = scene.dataRange(feature);
    return high - low || 1;
  });
}

/** The weight of a name, or null where the network has none; old links may name any. */
export function placeOf(name: string | null, layers: readonly Dense[]): Place | null {
  if (name === null) return null;
  const [layer, node, feature] = name.split(".");
  const at = layers[Number(layer)];
  const place = { layer: Number(layer), node: Number(node), feature: feature === "b" ? -1 : Number(feature) };
  return at && place.node < at.outputs && place.feature < at.inputs ? place : null;
}

/** The features at the cursor or of the chosen sample, or null where there is neither. */
function pointAt(scene: Scene): Float64Array | null {
  const { cursor, sample } = scene.view;
  return cursor.value === null && sample.value === null ? null : pointOf(scene).value;
}

function valuesAt(scene: Scene): Live["value"] {
  const point = pointAt(scene);
  if (!point) return () => null;
  const { layers } = scene.at(point);
  const network = scene.network.value.layers as Dense[];
  const silent = scene.silent.value;
  const before = (layer: number, index: number) =>
    layer < 0 ? point[index] : silent.has(`${layer}.${index}`) ? 0 : layers[layer].value[index][0];
  return ({ kind, layer, index, weight }: Shape) => {
    if (kind === "feature") return point[index];
    if (kind === "bias") return 1;
    if (kind === "sum") return layers[layer].pre[index][0];
    if (kind === "product" && weight) {
      const { weight: w, bias, inputs } = network[layer];
      if (weight.feature < 0) return bias[weight.node];
      return w[weight.node * inputs + weight.feature] * before(layer - 1, weight.feature);
    }
    return kind === "node" || kind === "output" ? layers[layer].value[index][0] : null;
  };
}
