// In which order the cells of a surface over a grid are painted, so that what is nearer covers what is farther.

/**
 * Returns the indices j · cells + i of cells × cells, the farthest first.
 *
 * Over a plane no cell reaches behind the upright plane between itself and its neighbour: going by rows and columns
 * away from the farthest corner is right for any surface over them, from above, below or the side.
 *
 * @param toward The direction to the person who looks, along the two features.
 */
export function paintOrder(cells: number, toward: readonly [number, number]): Int32Array {
  const order = new Int32Array(cells * cells);
  const place = (n: number, direction: number) => (direction > 0 ? n : cells - 1 - n);
  const rowsFirst = Math.abs(toward[1]) >= Math.abs(toward[0]);
  let at = 0;
  for (let outer = 0; outer < cells; outer++) {
    for (let inner = 0; inner < cells; inner++) {
      const [i, j] = rowsFirst ? [inner, outer] : [outer, inner];
      order[at++] = place(j, toward[1]) * cells + place(i, toward[0]);
    }
  }
  return order;
}
