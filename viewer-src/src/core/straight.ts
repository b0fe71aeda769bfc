// Networks of straight lines: the layers whose corners cut the inputs into pieces, and where they do.
import { find } from "./activations.ts";
import { dense, type Dense, type Network } from "./network.ts";

/** Returns the layers of the first of some networks that is straight in all it does; null if none is. */
export function straightLayers(...networks: readonly Network[]): Dense[] | null {
  const all = networks.map(dense);
  return all.find((layers) => layers.every(({ activation }) => find(activation).straight)) ?? null;
}

/** Whether some layer bends or jumps at all. */
export function bends(layers: readonly Dense[]): boolean {
  return layers.some(({ activation }) => find(activation).straight?.corners.length);
}

/** The corners of an activation strictly between two pre-activations; null if there are more than `most`. */
export function cornersWithin(activation: string, low: number, high: number, most: number): number[] | null {
  const { straight, period } = find(activation);
  const corners = straight?.corners ?? [];
  if (period === null) return corners.filter((corner) => corner > low && corner < high);
  if (((high - low) / period) * corners.length > most) return null;
  return corners.flatMap((corner) => {
    const first = Math.floor((low - corner) / period) + 1;
    const last = Math.ceil((high - corner) / period) - 1;
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => corner + (first + i) * period);
  });
}
