// Where weights are written on their lines, if there is room for all of a layer's.

import { boxOfFigure, boxOfShape, touch, type Figure, type Link, type Shape } from "./graph.ts";

type Weighted = Link & Required<Pick<Link, "weight">>;

const MOST = 16; // lines between two layers; among more, no number could be told to be of one line
const ALONG = Array.from({ length: 25 }, (_, i) => 0.14 + (0.72 * i) / 24); // where on its line a number may stand
const CLEAR = 2; // pixels around a number

/** Places of the numbers, each where other lines are farthest; none for a layer in which they would touch. */
export function figures(links: readonly Link[], shapes: readonly Shape[]): Figure[] {
  const taken = shapes.filter(({ kind }) => kind !== "joint").map(boxOfShape);
  const layers = new Map<number, Weighted[]>();
  for (const link of links) {
    if (!link.weight) continue;
    const known = layers.get(link.weight.layer);
    if (known) known.push(link as Weighted);
    else layers.set(link.weight.layer, [link as Weighted]);
  }
  const found: Figure[] = [];
  for (const group of layers.values()) {
    const placed = group.length <= MOST ? placedOn(group, taken) : [];
    found.push(...placed);
    taken.push(...placed.map(boxOfFigure));
  }
  return found;
}

function placedOn(links: readonly Weighted[], taken: readonly ReturnType<typeof boxOfShape>[]): Figure[] {
  const boxes = [...taken];
  const placed: Figure[] = [];
  for (const link of links) {
    const places = ALONG.map((share) => {
      const x = link.x1 + share * (link.x2 - link.x1);
      const y = link.y1 + share * (link.y2 - link.y1);
      const away = Math.min(...links.filter((other) => other !== link).map((other) => distance(x, y, other)));
      return { weight: link.weight, x, y, far: Number.isFinite(away) ? away : -Math.abs(share - 0.5) };
    }).sort((a, b) => b.far - a.far);
    const free = places.find((place) => !boxes.some((box) => touch(boxOfFigure(place), box, CLEAR)));
    if (!free) return [];
    placed.push({ weight: free.weight, x: free.x, y: free.y });
    boxes.push(boxOfFigure(free));
  }
  return placed;
}

/** How far a point is from a line between its ends. */
export function distance(x: number, y: number, { x1, y1, x2, y2 }: Link): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const share = ((x - x1) * dx + (y - y1) * dy) / Math.max(dx * dx + dy * dy, 1e-12);
  const at = Math.min(1, Math.max(0, share));
  return Math.hypot(x - x1 - at * dx, y - y1 - at * dy);
}
