// How finely a curve is drawn: a network that waves quickly needs more points than pixels suggest.

import { find } from "../core/activations.ts";
import { dense, type Network } from "../core/network.ts";
import type { Range } from "../draw/ticks.ts";

const A_WAVE = 16; // points to a wave, so that its crests are less than 2 % off
const MOST = 4000;

/**
 * The number of points along one feature: enough for every wave of the first layer's fastest node, `least` at least.
 *
 * @param network Folded, so that its weights are per unit of the feature.
 */
export function pointsFor(network: Network, feature: number, [low, high]: Range, least: number): number {
  const layer = dense(network)[0];
  const { period, wave } = find(layer.activation);
  const each = period ?? (wave ? (2 * Math.PI) / wave.frequency : Infinity);
  let fastest = 0;
  for (let node = 0; node < layer.outputs; node++) {
    fastest = Math.max(fastest, Math.abs(layer.weight[node * layer.inputs + feature]));
  }
  const waves = (fastest * (high - low)) / each;
  return Math.min(MOST, Math.max(least, Math.ceil(A_WAVE * waves)));
}
