// The last layer as a vote: refitted by least squares, each prediction is a weighted sum of the samples' targets. As
// nodewise.inspection.attribution.last_layer.
import { length, svd, type Svd } from "./svd.ts";

export interface Voters {
  /** Per node of the last hidden layer [sample]. */
  features: readonly Float64Array[];
  /** [sample], summing to 1. */
  weights: Float64Array;
  /** Half the penalty's strength, per output. */
  ridge: number;
  /** Whether the bias is penalised, too. */
  tied: boolean;
}

export interface Vote {
  /** The weight every sample has in what the last layer says at `features`, one per node. */
  at(features: ArrayLike<number>): Float64Array;
  /** [sample], the weight each has in its own prediction. */
  leverage: Float64Array;
  /** Rank of the features on the samples, and how many there are: below, the shortest solution is taken. */
  rank: number;
  wanted: number;
  /** How many samples alone fix a part of the last layer. */
  alone: number;
}

const ALONE = 1e-9; // a leverage this close to 1
const ROUNDING = 2 ** -52;

/**
 * Returns s = φᵀ(ΦᵀΩΦ + λI)⁻¹ΦᵀΩ, by singular values of the weighted features. A free constant is one column's
 * projection: with features centred at their weighted mean it drops out of the rest.
 */
export function vote({ features, weights, ridge, tied }: Voters): Vote {
  const means = features.map((column) => (tied ? 0 : weightedMean(column, weights)));
  const centred = features.map((column, i) => column.map((value) => value - means[i]));
  const columns = tied ? [new Float64Array(weights.length).fill(1), ...centred] : centred;
  const root = weights.map(Math.sqrt);
  const weighted = (column: Float64Array) => column.map((value, s) => value * root[s]);
  // Features are known to rounding of their own size, which centring may leave alone.
  const size = length((tied ? columns : features).map((column) => length(weighted(column))));
  const parts = kept(svd(columns.map(weighted)), Math.max(weights.length, columns.length) * ROUNDING * size);
  const rank = ridge ? columns.length : parts.singular.length;
  const gain = parts.singular.map((size) => size / (size * size + ridge));
  const leverage = tied ? new Float64Array(weights.length) : Float64Array.from(weights);
  parts.u.forEach((u, k) => {
    for (let s = 0; s < leverage.length; s++) leverage[s] += u[s] * u[s] * parts.singular[k] * gain[k];
  });
  const at = (point: ArrayLike<number>): Float64Array => {
    const found = tied ? new Float64Array(weights.length) : Float64Array.from(weights);
    const here = Array.from(point, (value, i) => value - means[i]);
    if (tied) here.unshift(1);
    parts.u.forEach((u, k) => {
      const along = gain[k] * here.reduce((sum, value, i) => sum + value * parts.v[k][i], 0);
      for (let s = 0; s < found.length; s++) found[s] += root[s] * u[s] * along;
    });
    return found;
  };
  const alone = leverage.reduce((count, value) => count + Number(value > 1 - ALONE), 0);
  return { at, leverage, rank, wanted: columns.length, alone };
}

function kept({ u, singular, v }: Svd, least: number): Svd {
  const count = singular.filter((size) => size > least).length;
  return { u: u.slice(0, count), singular: singular.slice(0, count), v: v.slice(0, count) };
}

function weightedMean(column: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let s = 0; s < column.length; s++) sum += weights[s] * column[s];
  return sum;
}
