// The box around a surface: floor, walls behind, numbers and names at the edges in front.

import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import { tickLabels, ticks, type Range } from "../../draw/ticks.ts";
import { HALF, HALF_HEIGHT, type Projection } from "./projection.ts";

export interface Space {
  projection: Projection;
  x: Range;
  y: Range;
  z: Range;
  /** About how many numbers along a feature. */
  ticks: number;
  /** Share of the box's height between floor and surface. */
  floor: number;
}

export function placeX(space: Space, value: number): number {
  return unit(value, space.x) * 2 * HALF - HALF;
}

export function placeY(space: Space, value: number): number {
  return unit(value, space.y) * 2 * HALF - HALF;
}

/** The height of a value in the box; values beyond the range lie at its ends. */
export function placeZ(space: Space, value: number): number {
  const part = Math.min(1, Math.max(0, unit(value, space.z)));
  return 2 * HALF_HEIGHT * (space.floor + (1 - space.floor) * part) - HALF_HEIGHT;
}

function unit(value: number, [low, high]: Range): number {
  return (value - low) / (high - low);
}

type Point = readonly [number, number, number];

export function segment(pen: Pen, { projection: p }: Space, points: readonly Point[], colour: string, width = 1): void {
  pen.line(points.map(([x, y, z]) => p.x(x, y, z)), points.map(([x, y, z]) => p.y(x, y, z)), { colour, width });
}

/** Floor and the two walls behind, with lines at the ticks. */
export function drawWalls(pen: Pen, space: Space, theme: Theme): void {
  const [backX, backY] = behind(space);
  const floor = -HALF_HEIGHT;
  const line = (...points: Point[]) => segment(pen, space, points, theme.grid);
  for (const value of ticks(space.x, space.ticks)) {
    const x = placeX(space, value);
    line([x, -HALF, floor], [x, HALF, floor]);
    line([x, backY, floor], [x, backY, HALF_HEIGHT]);
  }
  for (const value of ticks(space.y, space.ticks)) {
    const y = placeY(space, value);
    line([-HALF, y, floor], [HALF, y, floor]);
    line([backX, y, floor], [backX, y, HALF_HEIGHT]);
  }
  for (const value of ticks(space.z, 4)) {
    const z = placeZ(space, value);
    line([-backX, backY, z], [backX, backY, z], [backX, -backY, z]);
  }
  const edge = (...points: Point[]) => segment(pen, space, points, theme.rest);
  for (const z of [floor, HALF_HEIGHT]) edge([-backX, backY, z], [backX, backY, z], [backX, -backY, z]);
  edge([-backX, backY, floor], [-backX, -backY, floor], [backX, -backY, floor]);
  for (const corner of [[-backX, backY], [backX, backY], [backX, -backY]] as const) {
    edge([...corner, floor], [...corner, HALF_HEIGHT]);
  }
}

/** The corner of the floor that is farthest away. */
function behind({ projection }: Space): [number, number] {
  return [projection.azimuth[0] > 0 ? -HALF : HALF, projection.azimuth[1] > 0 ? -HALF : HALF];
}

interface Names {
  x: string;
  y: string;
  z: string;
}

/** Numbers and names: of the features along the floor's front edges, of the height at the edge most to the left. */
export function drawNumbers(pen: Pen, space: Space, names: Names, theme: Theme, width: number): void {
  const [backX, backY] = behind(space);
  const floor = -HALF_HEIGHT;
  const xs = ticks(space.x, space.ticks);
  const ys = ticks(space.y, space.ticks);
  const [ofX, ofY] = [tickLabels(xs), tickLabels(ys)];
  const alongX = xs.map((value, i): [Point, string] => [[placeX(space, value), -backY, floor], ofX.labels[i]]);
  const alongY = ys.map((value, i): [Point, string] => [[-backX, placeY(space, value), floor], ofY.labels[i]]);
  drawEdge(pen, space, alongX, [0, -backY, floor], names.x + ofX.behind, theme, width);
  drawEdge(pen, space, alongY, [-backX, 0, floor], names.y + ofY.behind, theme, width);
  drawHeights(pen, space, names.z, theme);
}

const OUT = 10; // CSS pixels of a number from its edge
const FURTHER = 34; // and of a name

function drawEdge(
  pen: Pen, space: Space, labels: readonly [Point, string][], middle: Point, name: string, theme: Theme, width: number,
): void {
  const p = space.projection;
  // Outwards in the picture: from the middle of the floor to the middle of the edge.
  const from = [p.x(0, 0, -HALF_HEIGHT), p.y(0, 0, -HALF_HEIGHT)];
  const to = [p.x(...middle), p.y(...middle)];
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const out = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const align = out[0] > 0.35 ? "left" : out[0] < -0.35 ? "right" : "center";
  const put = (text: string, x: number, y: number, size: number, colour: string) => {
    const wide = pen.measure(text, size);
    const most = width - 8;
    const left = align === "left" ? x : align === "right" ? x - wide : x - wide / 2;
    const at = Math.max(4, Math.min(left, width - 4 - Math.min(wide, most)));
    pen.text(text, at, y, { colour, size, baseline: "middle", most });
  };
  for (const [[x, y, z], text] of labels) {
    put(text, p.x(x, y, z) + OUT * out[0], p.y(x, y, z) + OUT * Math.max(0.5, out[1]), 11, theme.faint);
  }
  put(name, to[0] + FURTHER * out[0], to[1] + FURTHER * Math.max(0.55, out[1]), 12, theme.ink);
}

function drawHeights(pen: Pen, space: Space, name: string, theme: Theme): void {
  const p = space.projection;
  if (p.elevation > 75) return; // from above there is no height to be seen
  const corners: [number, number][] = [[-HALF, -HALF], [-HALF, HALF], [HALF, HALF], [HALF, -HALF]];
  const [x, y] = corners.reduce((left, corner) => (p.x(...corner, 0) < p.x(...left, 0) ? corner : left));
  const at = ticks(space.z, 4);
  const { labels, behind } = tickLabels(at);
  at.forEach((value, i) => {
    const z = placeZ(space, value);
    const letters = { colour: theme.faint, size: 11, align: "right", baseline: "middle", most: 44 } as const;
    pen.text(labels[i], p.x(x, y, z) - 6, p.y(x, y, z), letters);
  });
  const top = p.y(x, y, HALF_HEIGHT);
  const bottom = p.y(x, y, placeZ(space, space.z[0]));
  const letters = { colour: theme.ink, size: 12, upright: true, align: "center", baseline: "top" } as const;
  const most = Math.max(60, bottom - top + 60);
  pen.text(name + behind, Math.max(2, p.x(x, y, 0) - 58), (top + bottom) / 2, { ...letters, most });
}
