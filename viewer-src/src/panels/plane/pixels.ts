// Grids as pixels: between the points of a grid its values are taken to run straight.

import { SCALE, step } from "../../draw/scale.ts";
import type { Range } from "../../draw/ticks.ts";
import type { Decision } from "./decision.ts";

type Colour = readonly [number, number, number];

// As in nodewise.figures.classes: how strong a colour is where two classes are level, and where one is far ahead.
const LEAST = 0.12;
const MOST = 0.5;

export interface Pixels {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

/** Regions: the winner's colour on paper, stronger with its lead. `count` is the number of points along a side. */
export function regionPixels(
  decision: Decision, count: number, width: number, height: number, colours: readonly Colour[], paper: Colour,
): Pixels {
  const { scores, outputs, single, full } = decision;
  const data = new Uint8ClampedArray(4 * width * height);
  const score = rowsOf(scores, count);
  const output = rowsOf(outputs, count);
  for (let row = 0; row < height; row++) {
    const j = ((height - 0.5 - row) / height) * (count - 1);
    score.to(j);
    output.to(j);
    for (let column = 0; column < width; column++) {
      const i = ((column + 0.5) / width) * (count - 1);
      const at = Math.min(count - 2, Math.floor(i));
      const part = i - at;
      const winner = score.winner(at, part, single);
      const margin = output.lead(winner, at, part);
      const strength = LEAST + (MOST - LEAST) * (full > 0 ? Math.min(1, Math.max(0, margin / full)) : 0);
      const colour = colours[winner];
      const to = 4 * (row * width + column);
      data[to] = paper[0] + strength * (colour[0] - paper[0]);
      data[to + 1] = paper[1] + strength * (colour[1] - paper[1]);
      data[to + 2] = paper[2] + strength * (colour[2] - paper[2]);
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

/** A map: every value in its colour of the scale. */
export function mapPixels(values: Float64Array, count: number, width: number, height: number, range: Range): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  const rows = rowsOf([values], count);
  for (let row = 0; row < height; row++) {
    rows.to(((height - 0.5 - row) / height) * (count - 1));
    for (let column = 0; column < width; column++) {
      const i = ((column + 0.5) / width) * (count - 1);
      const at = Math.min(count - 2, Math.floor(i));
      const from = 3 * step(rows.at(0, at, i - at), range);
      const to = 4 * (row * width + column);
      data[to] = SCALE[from];
      data[to + 1] = SCALE[from + 1];
      data[to + 2] = SCALE[from + 2];
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

/** Grids cut along a line of constant j, which need not be whole. */
function rowsOf(grids: readonly Float64Array[], count: number) {
  const rows = grids.map(() => new Float64Array(count));
  const at = (grid: number, i: number, part: number) => {
    const row = rows[grid];
    return row[i] + part * (row[i + 1] - row[i]);
  };
  return {
    at,
    to(j: number): void {
      const below = Math.min(count - 2, Math.floor(j));
      const part = j - below;
      grids.forEach((values, grid) => {
        const row = rows[grid];
        for (let i = 0, from = below * count; i < count; i++, from++) {
          row[i] = values[from] + part * (values[from + count] - values[from]);
        }
      });
    },
    winner(i: number, part: number, single: boolean): number {
      let best = 0;
      let most = at(0, i, part);
      for (let grid = 1; grid < rows.length; grid++) {
        const value = at(grid, i, part);
        if (value > most || (single && value === most)) {
          most = value;
          best = grid;
        }
      }
      return best;
    },
    lead(winner: number, i: number, part: number): number {
      let second = -Infinity;
      for (let grid = 0; grid < rows.length; grid++) {
        if (grid !== winner) second = Math.max(second, at(grid, i, part));
      }
      return at(winner, i, part) - second;
    },
  };
}
