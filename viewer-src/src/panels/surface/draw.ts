// A surface as painted cells, farthest first, its contours on the floor, and the samples, faint where it hides them.

import { levelLines } from "../../draw/levels.ts";
import type { Pen } from "../../draw/pen.ts";
import { scaleColour } from "../../draw/scale.ts";
import type { Theme } from "../../draw/theme.ts";
import { ticks } from "../../draw/ticks.ts";
import type { Grid } from "../../state/grid.ts";
import { placeX, placeY, placeZ, type Space } from "./box.ts";
import type { Height } from "./height.ts";
import { paintOrder } from "./painter.ts";
import { HALF, HALF_HEIGHT } from "./projection.ts";
import type { Dot } from "./samples.ts";

const LINES = 10; // of the mesh, in either direction

/** Contours on the floor, the level in ink. */
export function drawFloor(pen: Pen, space: Space, grid: Grid, height: Height, theme: Theme): void {
  const p = space.projection;
  const draw = (level: number, colour: string, width: number) => {
    const { xs, ys } = levelLines(height.values, grid.x, grid.y, level);
    const [px, py] = [new Float64Array(xs.length), new Float64Array(xs.length)];
    for (let i = 0; i < xs.length; i++) {
      const [x, y] = [placeX(space, xs[i]), placeY(space, ys[i])];
      px[i] = p.x(x, y, -HALF_HEIGHT);
      py[i] = p.y(x, y, -HALF_HEIGHT);
    }
    pen.line(px, py, { colour, width });
  };
  for (const level of ticks(space.z, 9)) if (level !== height.level) draw(level, scaleColour(level, space.z), 1.4);
  if (height.level !== null) draw(height.level, theme.ink, 2);
}

/** The cells of the surface. */
export function drawCells(pen: Pen, space: Space, grid: Grid, height: Height, cells: number, theme: Theme): void {
  const p = space.projection;
  const count = grid.x.length;
  const stride = (count - 1) / cells;
  const [px, py] = corners(space, grid, height.values, cells, stride);
  const values = height.values;
  const side = cells + 1;
  const xs = new Float64Array(4);
  const ys = new Float64Array(4);
  const every = cells / LINES;
  const line = { colour: theme.dark ? "#000000" : "#ffffff", width: 0.6, alpha: 0.35 };
  for (const cell of paintOrder(cells, p.azimuth)) {
    const i = cell % cells;
    const j = (cell - i) / cells;
    const at = j * side + i;
    put(xs, px, at, side);
    put(ys, py, at, side);
    const from = j * stride * count + i * stride;
    const above = from + stride * count;
    const corner = [values[from], values[from + stride], values[above], values[above + stride]];
    const value = (corner[0] + corner[1] + corner[2] + corner[3]) / 4;
    const colour = scaleColour(value, space.z, light(space, corner, cells));
    grow(xs, ys);
    pen.area(xs, ys, { colour });
    if (i % every === 0) pen.line([px[at], px[at + side]], [py[at], py[at + side]], line);
    if (j % every === 0) pen.line([px[at], px[at + 1]], [py[at], py[at + 1]], line);
  }
}

/** Pixels of the corners of the cells. */
function corners(space: Space, grid: Grid, values: Float64Array, cells: number, stride: number) {
  const p = space.projection;
  const side = cells + 1;
  const count = grid.x.length;
  const [px, py] = [new Float64Array(side * side), new Float64Array(side * side)];
  for (let j = 0; j < side; j++) {
    const y = placeY(space, grid.y[j * stride]);
    for (let i = 0; i < side; i++) {
      const x = placeX(space, grid.x[i * stride]);
      const z = placeZ(space, values[j * stride * count + i * stride]);
      px[j * side + i] = p.x(x, y, z);
      py[j * side + i] = p.y(x, y, z);
    }
  }
  return [px, py];
}

function put(out: Float64Array, pixels: Float64Array, at: number, side: number): void {
  out[0] = pixels[at];
  out[1] = pixels[at + 1];
  out[2] = pixels[at + side + 1];
  out[3] = pixels[at + side];
}

const HAIR = 0.5; // CSS pixels; without them a hairline shows between two cells

/** Make a cell a little larger: half the time of drawing its edges. */
function grow(xs: Float64Array, ys: Float64Array): void {
  const [x, y] = [(xs[0] + xs[1] + xs[2] + xs[3]) / 4, (ys[0] + ys[1] + ys[2] + ys[3]) / 4];
  for (let k = 0; k < 4; k++) {
    const [dx, dy] = [xs[k] - x, ys[k] - y];
    const by = HAIR / (Math.abs(dx) + Math.abs(dy) + 1e-9);
    xs[k] += by * dx;
    ys[k] += by * dy;
  }
}

// From the upper left of the person who looks at azimuth -50; it turns with nothing, so that turning shows the shape.
const LIGHT = [-0.42, -0.55, 0.72] as const;

/** Share of its light a cell shows, by how it lies to the lamp. */
function light(space: Space, corner: readonly number[], cells: number): number {
  const perValue = (2 * HALF_HEIGHT * (1 - space.floor)) / (space.z[1] - space.z[0]);
  const run = (2 * HALF) / cells;
  const alongX = (((corner[1] - corner[0] + corner[3] - corner[2]) / 2) * perValue) / run;
  const alongY = (((corner[2] - corner[0] + corner[3] - corner[1]) / 2) * perValue) / run;
  const length = Math.hypot(alongX, alongY, 1);
  const lit = (-alongX * LIGHT[0] - alongY * LIGHT[1] + LIGHT[2]) / length;
  return 0.72 + 0.28 * Math.max(0, Math.min(1, lit));
}

const FAINT = 0.25;

/** The samples: those hidden by the surface first, and faint. */
export function drawDots(pen: Pen, space: Space, dots: readonly Dot[], theme: Theme): void {
  const p = space.projection;
  for (const behind of [true, false]) {
    for (const dot of dots) {
      if (dot.hidden !== behind) continue;
      const alpha = behind ? FAINT : 1;
      const [x, y] = [p.x(dot.x, dot.y, dot.z), p.y(dot.x, dot.y, dot.z)];
      if (dot.z !== dot.foot) {
        const foot = [p.x(dot.x, dot.y, dot.foot), p.y(dot.x, dot.y, dot.foot)];
        pen.line([x, foot[0]], [y, foot[1]], { colour: theme.ink, width: 0.9, alpha: 0.75 * alpha });
      }
      const edge = dot.hollow ? { colour: dot.colour, width: 1.8, alpha } : { colour: theme.ink, width: 0.7, alpha };
      pen.dots([x], [y], 3, { colour: dot.hollow ? theme.paper : dot.colour, alpha }, edge);
    }
  }
}
