// In which order the cells of a surface over a grid are painted, so that what is nearer covers what is farther; and
// which points it hides.

/**
 * Returns the indices j · cells + i of cells × cells, the farthest first.
 *
 * Over a plane no cell reaches behind the upright plane between itself and its neighbour: going by rows and columns
 * away from the farthest corner is right for any surface over them, from above, below or the side.
 *
 * @param toward The direction to the person who looks, along the two features.
 */
export function paintOrder(cells: number, toward: readonly number[]): Int32Array {
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

/**
 * Returns whether a surface lies between a point and the person who looks.
 *
 * @param surface The surface's height at a place of the square.
 * @param half Half the side of the square.
 * @param direction Towards the person: along both features, and upwards.
 * @param step How far to go along the features from one look to the next.
 */
export function hidden(
  point: readonly [number, number, number],
  surface: (x: number, y: number) => number,
  half: number,
  direction: readonly [number, number, number],
  step: number,
): boolean {
  const along = Math.hypot(direction[0], direction[1]);
  const [x, y, z] = point;
  const beneath = z < surface(x, y);
  if (along < 1e-6) return beneath;
  const [dx, dy, dz] = direction.map((part) => (part * step) / along);
  for (let n = 1; ; n++) {
    const [atX, atY] = [x + n * dx, y + n * dy];
    if (Math.abs(atX) > half || Math.abs(atY) > half) return false;
    const over = surface(atX, atY) - (z + n * dz);
    if (beneath ? over < 0 : over > 0) return true;
  }
}
