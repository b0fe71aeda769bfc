// What is under the pointer: a shape, or the nearest line.

import { distance } from "./figures.ts";
import { boxOfShape, type Graph, type Link, type Place, type Shape } from "./graph.ts";

const NEAR = 7; // pixels from a line that still mean it

export interface Hit {
  shape?: Shape;
  /** The weight of the line or box. */
  weight?: Place;
}

export function hit(graph: Graph, x: number, y: number): Hit {
  const shape = graph.shapes.find((one) => one.kind !== "joint" && one.kind !== "more" && within(one, x, y));
  if (shape) return { shape, weight: shape.weight };
  const link = nearest(graph.links, x, y);
  return link ? { weight: link.weight } : {};
}

/** The weighted line nearest to a point; lines meet in nodes, and there the one whose middle is nearer is meant. */
export function nearest(links: readonly Link[], x: number, y: number): Link | undefined {
  let found: Link | undefined;
  let least = NEAR;
  for (const link of links) {
    if (!link.weight) continue;
    const away = distance(x, y, link);
    if (away < least) {
      least = away;
      found = link;
    }
  }
  return found;
}

function within(shape: Shape, x: number, y: number): boolean {
  const box = boxOfShape(shape);
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** The hidden node a shape belongs to, as "layer.node"; none of features, outputs and bias nodes. */
export function nodeOf(shape: Shape | undefined, layers: number): string | null {
  if (!shape || shape.index < 0 || shape.layer < 0 || shape.layer >= layers - 1) return null;
  return ["node", "sum", "activation"].includes(shape.kind) ? `${shape.layer}.${shape.index}` : null;
}
