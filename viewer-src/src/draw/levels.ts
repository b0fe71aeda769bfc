// Where a function on a grid crosses a level: marching squares, points on the grid's lines found by straight
// interpolation.

/** Polyline pieces, NaN between them. */
export interface Pieces {
  xs: Float64Array;
  ys: Float64Array;
}

// For every cell of four corners, bit 1 lower left, 2 lower right, 4 upper right, 8 upper left (set: at or above the
// level), which of its sides the line joins: 0 below, 1 right, 2 above, 3 left.
// Saddles (5, 10) are decided by the middle.
const JOINS: readonly (readonly number[])[] = [
  [], [3, 0], [0, 1], [3, 1], [1, 2], [], [0, 2], [3, 2], [2, 3], [2, 0], [], [2, 1], [1, 3], [1, 0], [0, 3], [],
];
const SADDLES = { 5: [[3, 2, 0, 1], [3, 0, 1, 2]], 10: [[3, 0, 1, 2], [3, 2, 0, 1]] } as const;

/**
 * Returns where `values` cross `level`.
 *
 * @param values Index j · columns + i at x[i], y[j]; cells with a number that is not finite are left out.
 */
export function levelLines(values: ArrayLike<number>, x: Float64Array, y: Float64Array, level: number): Pieces {
  const columns = x.length;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const at = j * columns + i;
      const a = values[at] - level;
      const b = values[at + 1] - level;
      const c = values[at + columns + 1] - level;
      const d = values[at + columns] - level;
      const kind = (a >= 0 ? 1 : 0) | (b >= 0 ? 2 : 0) | (c >= 0 ? 4 : 0) | (d >= 0 ? 8 : 0);
      if (kind === 0 || kind === 15 || !Number.isFinite(a + b + c + d)) continue;
      const joins = kind === 5 || kind === 10 ? SADDLES[kind][a + b + c + d >= 0 ? 0 : 1] : JOINS[kind];
      for (let k = 0; k < joins.length; k++) {
        const side = joins[k];
        const part = side === 0 ? a / (a - b) : side === 1 ? b / (b - c) : side === 2 ? d / (d - c) : a / (a - d);
        xs.push(side === 1 ? x[i + 1] : side === 3 ? x[i] : x[i] + part * (x[i + 1] - x[i]));
        ys.push(side === 0 ? y[j] : side === 2 ? y[j + 1] : y[j] + part * (y[j + 1] - y[j]));
        if (k % 2 === 0) continue;
        xs.push(Number.NaN);
        ys.push(Number.NaN);
      }
    }
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}
