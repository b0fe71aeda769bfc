// An output over two features as a surface in space, which can be turned.

import { signal } from "@preact/signals";
import { apart, nice } from "../core/numbers.ts";
import { named, type Size } from "../draw/frame.ts";
import { isPlane, planeRanges, type Grid } from "../state/grid.ts";
import { once } from "../state/once.ts";
import { isFine, planeOf } from "../state/plane.ts";
import { outputOf, type Scene } from "../state/scene.ts";
import { TURN } from "../state/view.ts";
import { grips, wheelFactor } from "./hand.ts";
import type { Panel, Pointer } from "./panel.ts";
import { othersAt, rangeOf } from "./plane/axes.ts";
import { whole, zoomPlane } from "./plane/zoom.ts";
import { drawNumbers, drawWalls, type Space } from "./surface/box.ts";
import { SurfaceControls } from "./surface/controls.tsx";
import { drawCells, drawDots, drawFloor } from "./surface/draw.ts";
import { heightOf, type Height } from "./surface/height.ts";
import { projection } from "./surface/projection.ts";
import { dotsOf } from "./surface/samples.ts";

const MOVING = 40; // cells along either side; the finer ones of a picture at rest are drawn once
const FLOOR = 0.28; // share of the box below the surface
const ROWS = 21;
const DEGREES = 0.45; // of a turn, for every pixel of a drag

export const surface: Panel = {
  id: "surface",
  title: "The surface",
  place: "right",
  applies: isPlane,
  height: (width) => Math.round(Math.max(250, Math.min(470, width * 0.8))),
  controls: SurfaceControls,
  draw(pen, size, scene, theme) {
    const grid = planeOf(scene);
    const height = heightOf(scene, grid);
    const space = spaceOf(size, scene, grid, height);
    drawWalls(pen, space, theme);
    drawFloor(pen, space, grid, height, theme);
    const cells = isFine(scene) && !turning(scene).value ? finest(grid.x.length - 1) : MOVING;
    drawCells(pen, space, grid, height, cells, theme);
    drawDots(pen, space, dotsOf(scene, space, height, (x, y) => valueAt(grid, height.values, x, y)), theme);
    const [first, second] = scene.view.along.value;
    const { feature_names: names, feature_units: units, output_units } = scene.doc.network;
    const unit = height.kind === "output" ? output_units[outputOf(scene)] : "";
    const said = {
      x: named(names[first], units[first]),
      y: named(names[second], units[second]),
      z: named(height.name, unit),
    };
    drawNumbers(pen, space, said, theme, size.width);
  },
  table(scene) {
    const grid = planeOf(scene);
    const height = heightOf(scene, grid);
    const names = scene.doc.network.feature_names;
    const [first, second] = scene.view.along.value;
    const count = grid.x.length;
    const stride = (count - 1) / (ROWS - 1);
    const rows = Array.from({ length: ROWS * ROWS }, (_, at) => {
      const [i, j] = [(at % ROWS) * stride, Math.floor(at / ROWS) * stride];
      return [grid.x[i], grid.y[j], height.values[j * count + i]];
    });
    return { columns: [names[first], names[second], height.name], rows };
  },
  describe(scene) {
    const [x, y] = planeRanges(scene);
    const names = scene.doc.network.feature_names;
    const [first, second] = scene.view.along.value;
    const [azimuth, elevation] = scene.view.turn.value;
    const { name } = heightOf(scene, planeOf(scene));
    return (
      `The ${name} as a surface over ${names[first]} from ${apart(...x).join(" to ")} and ${names[second]} from ` +
      `${apart(...y).join(" to ")}${othersAt(scene)}, at step ${scene.step.value}, turned to ${nice(azimuth)}° and ` +
      `seen from ${nice(elevation)}° above. Arrow keys turn it; plus and minus zoom, 0 goes back.`
    );
  },
  pointer: (event, _size, scene) => turnPointer(event, scene),
  key: (event, _size, scene) => turnKey(event, scene),
  cursor: (event) => (event.held ? "grabbing" : "grab"),
};

function spaceOf(size: Size, scene: Scene, grid: Grid, height: Height): Space {
  const x = rangeOf(grid.x);
  const y = rangeOf(grid.y);
  const ticks = size.width < 460 ? 3 : 5;
  return { projection: projection(scene.view.turn.value, size), x, y, z: height.range, ticks, floor: FLOOR };
}

/** The most cells, up to twice those of a moving picture, of which each is a whole number of cells of the grid. */
function finest(steps: number): number {
  return [2, 1.5].map((times) => times * MOVING).find((cells) => steps % cells === 0) ?? MOVING;
}

/** The surface's own height at a place: straight between the points of the grid. */
function valueAt(grid: Grid, values: Float64Array, x: number, y: number): number {
  const count = grid.x.length;
  const i = ((x - grid.x[0]) / (grid.x[count - 1] - grid.x[0])) * (count - 1);
  const j = ((y - grid.y[0]) / (grid.y[count - 1] - grid.y[0])) * (count - 1);
  const [left, below] = [Math.min(count - 2, Math.floor(i)), Math.min(count - 2, Math.floor(j))];
  const [p, q] = [i - left, j - below];
  const at = below * count + left;
  const low = values[at] + p * (values[at + 1] - values[at]);
  const high = values[at + count] + p * (values[at + count + 1] - values[at + count]);
  return low + q * (high - low);
}

const turning = once((_: Scene) => signal(false));
const GRIPS = grips<readonly [number, number]>();

function turnPointer(event: Pointer, scene: Scene): boolean {
  if (event.kind === "wheel") {
    zoomMiddle(scene, wheelFactor(event));
    return true;
  }
  if (event.kind === "double") {
    reset(scene);
    return true;
  }
  if (event.kind === "down") {
    GRIPS.press(scene, event, scene.view.turn.peek());
    turning(scene).value = true;
  } else if (event.kind === "move") {
    const grip = GRIPS.held(scene, event);
    if (!grip) return false;
    const [azimuth, elevation] = grip.from;
    turnTo(scene, azimuth - DEGREES * (event.x - grip.x), elevation + DEGREES * (event.y - grip.y));
  } else {
    GRIPS.release(scene);
    turning(scene).value = false;
  }
  return false;
}

const TURNS: Record<string, readonly [number, number]> = {
  ArrowLeft: [5, 0],
  ArrowRight: [-5, 0],
  ArrowUp: [0, -5],
  ArrowDown: [0, 5],
};

function turnKey(event: KeyboardEvent, scene: Scene): boolean {
  const by = TURNS[event.key];
  if (by) {
    const [azimuth, elevation] = scene.view.turn.value;
    turnTo(scene, azimuth + by[0], elevation + by[1]);
  } else if (event.key === "+" || event.key === "=") {
    zoomMiddle(scene, 1 / 1.25);
  } else if (event.key === "-") {
    zoomMiddle(scene, 1.25);
  } else if (event.key === "0") {
    reset(scene);
  } else {
    return false;
  }
  return true;
}

/** The azimuth within ±180°, the elevation from the side to the top. */
function turnTo(scene: Scene, azimuth: number, elevation: number): void {
  const around = ((((azimuth + 180) % 360) + 360) % 360) - 180;
  scene.view.turn.value = [Math.round(around * 10) / 10, Math.round(Math.min(90, Math.max(0, elevation)) * 10) / 10];
}

function zoomMiddle(scene: Scene, factor: number): void {
  const [x, y] = planeRanges(scene);
  zoomPlane(scene, { x, y }, [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2], factor);
}

function reset(scene: Scene): void {
  whole(scene);
  scene.view.turn.value = TURN;
}
