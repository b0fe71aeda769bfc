// Contributions stacked on the bias: each band begins where the one before it ends, and the last ends on the sum.

export interface Band {
  /** The nodes in it: one, or all that are not shown one by one. */
  nodes: readonly number[];
  from: Float64Array;
  to: Float64Array;
}

/**
 * The bands of contributions [node][sample] in an order, the first `most` nodes one by one and the others in one band.
 * A negative contribution goes down, so its band lies over those before it.
 */
export function stack(values: readonly Float64Array[], bias: number, order: readonly number[], most: number): Band[] {
  const one = order.length <= most ? order.length : most - 1;
  const groups: number[][] = order.slice(0, one).map((node) => [node]);
  if (one < order.length) groups.push(order.slice(one));
  let from: Float64Array = new Float64Array(values[0]?.length ?? 0).fill(bias);
  return groups.map((nodes) => {
    const to = from.slice();
    for (const node of nodes) for (let s = 0; s < to.length; s++) to[s] += values[node][s];
    const band = { nodes, from, to };
    from = to;
    return band;
  });
}

/** Contributions moved to a mean of 0 each, and the bias that takes the means up: they add up to the same. */
export function aroundMeans(values: readonly Float64Array[], bias: number): { values: Float64Array[]; bias: number } {
  let moved = bias;
  const centred = values.map((column) => {
    let mean = 0;
    for (const value of column) mean += value / column.length;
    moved += mean;
    return column.map((value) => value - mean);
  });
  return { values: centred, bias: moved };
}

/** The band at a height, of those that cover it the thinnest; null where there is none. */
export function bandAt(bands: readonly Band[], sample: number, height: number): Band | null {
  let found: Band | null = null;
  let least = Infinity;
  for (const band of bands) {
    const [one, other] = [band.from[sample], band.to[sample]];
    const size = Math.abs(other - one);
    if (height < Math.min(one, other) || height > Math.max(one, other) || size >= least) continue;
    least = size;
    found = band;
  }
  return found;
}
